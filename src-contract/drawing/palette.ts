import type { OperationName } from '../genotype.ts'

export type Scheme = 'light' | 'dark'

/** Okabe and Ito's colours, told apart with every kind of colour vision; darker or lighter where contrast needs it. */
const okabeIto = {
  light: {
    orange: '#c77700',
    sky: '#3a93c7',
    green: '#00845f',
    yellow: '#9c8f00',
    blue: '#0072b2',
    vermillion: '#c24e00',
    purple: '#b0568a',
    black: '#27272a',
  },
  dark: {
    orange: '#e69f00',
    sky: '#56b4e9',
    green: '#1cb58a',
    yellow: '#e2d84a',
    blue: '#4ba3dc',
    vermillion: '#ec7a35',
    purple: '#d98fb8',
    black: '#e4e4e7',
  },
} as const

type Hue = keyof (typeof okabeIto)['light']

export interface LineStyle {
  colour: string
  /** Sparse operations are dashed in lines and hatched in areas. */
  dashed: boolean
}

/** Fixed across the whole application, so that an operation is known by its colour. */
const operationHues: Record<OperationName, Hue> = {
  sum: 'black',
  glu: 'blue',
  concat: 'green',
  se_layer: 'orange',
  sparse_attention: 'purple',
  sparse_glu: 'blue',
  sparse_concat: 'green',
  sparse_se_layer: 'orange',
  scale_dot_attention: 'purple',
  linear_glu: 'blue',
  concat_fc: 'green',
}

export function operationStyle(operation: string, scheme: Scheme): LineStyle {
  const hue = operation in operationHues ? operationHues[operation as OperationName] : 'black'
  return { colour: okabeIto[scheme][hue], dashed: isSparse(operation) }
}

export const isSparse = (operation: string): boolean => operation.startsWith('sparse_')

const modalityHues: Hue[] = ['green', 'purple', 'sky', 'yellow', 'vermillion']

/** A modality's colour by its place in the dataset. */
export function modalityColour(index: number, scheme: Scheme): string {
  return okabeIto[scheme][modalityHues[index % modalityHues.length]]
}

const runHues: Hue[] = ['blue', 'vermillion', 'green', 'purple', 'black', 'orange', 'sky', 'yellow']

/** A run's line by its place in a comparison: eight colours, then the same dashed, then pale. */
export function runStyle(index: number, scheme: Scheme): LineStyle & { opacity: number } {
  const round = Math.floor(index / runHues.length)
  return {
    colour: okabeIto[scheme][runHues[index % runHues.length]],
    dashed: round === 1,
    opacity: round > 1 ? 0.55 : 1,
  }
}

/** Colours of what is neither operation nor modality; they agree with main.css. */
export function plainColours(scheme: Scheme) {
  const dark = scheme === 'dark'
  return {
    text: dark ? '#e4e4e7' : '#3f3f46',
    muted: dark ? '#a1a1aa' : '#71717a',
    line: dark ? '#27272a' : '#e4e4e7',
    axis: dark ? '#52525b' : '#a1a1aa',
    surface: dark ? '#18181b' : '#ffffff',
    accent: dark ? '#a5b4fc' : '#4f46e5',
    supernet: dark ? '#a1a1aa' : '#71717a',
  }
}

/** Ends and middle of the diverging scale of φ: orange harms, blue helps, neutral is zero. */
const diverging = {
  light: { harm: [213, 94, 0], zero: [244, 244, 245], help: [0, 114, 178] },
  dark: { harm: [230, 120, 40], zero: [39, 39, 42], help: [62, 150, 210] },
} as const

/**
 * The colour of a contribution: linear from neutral at 0 to full at ±`limit`; beyond it stays full.
 * The same limit must serve a whole view, or its colours cannot be compared.
 */
export function contributionColour(phi: number, limit: number, scheme: Scheme): string {
  const { harm, zero, help } = diverging[scheme]
  const share = limit > 0 ? Math.min(1, Math.abs(phi) / limit) : 0
  const end = phi < 0 ? harm : help
  const mixed = zero.map((from, i) => Math.round(from + (end[i] - from) * share))
  return `rgb(${mixed.join(' ')})`
}

/** Black or white, whichever reads better on a contribution's colour. */
export function textOnContribution(phi: number, limit: number, scheme: Scheme): string {
  const [red, green, blue] = contributionColour(phi, limit, scheme).match(/\d+/g)!.map(Number)
  const luminance = [red, green, blue]
    .map((channel) => channel / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.053 ? '#ffffff' : '#000000'
}

/** As contributionColour, for lines: its neutral middle stands out from the background. */
export function contributionStroke(phi: number, limit: number, scheme: Scheme): string {
  const { harm, help } = diverging[scheme]
  const zero = scheme === 'dark' ? [82, 82, 91] : [190, 190, 198]
  const share = limit > 0 ? Math.min(1, Math.abs(phi) / limit) : 0
  const end = phi < 0 ? harm : help
  return `rgb(${zero.map((from, i) => Math.round(from + (end[i] - from) * share)).join(' ')})`
}
