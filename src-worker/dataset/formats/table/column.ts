import { createHash } from 'node:crypto'
import type { ModalityValues } from '../../dataset.ts'

/** One cell of a column, and how to say that it is not usable. */
export interface Cell {
  readonly text: string
  readonly reject: (reason: string) => void
}

/** A column of cells read as one modality. */
export interface Column {
  /** One value a cell; what stands for a rejected cell has no meaning. */
  readonly values: ModalityValues
  /** One short name a cell, equal for equal content. */
  readonly contents: readonly string[]
  /** Keeps what was costly to read in the cache; called once all of the table is found usable. */
  store(): void
}

/** SHA-256 in hexadecimal. */
export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Nothing to store. */
export const storeNothing = (): void => undefined
