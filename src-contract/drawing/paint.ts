import type { Scheme } from './palette.ts'

/** A colour by scheme, e.g. one of the shared palette's functions. */
type Colour = (scheme: Scheme) => string

/** Answers how a colour is written in a picture. */
export type Paint = (colour: Colour) => string

/** For pictures that stand alone: always as on a light page. */
export const lightPaint: Paint = (colour) => colour('light')
