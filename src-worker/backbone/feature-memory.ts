import { totalmem } from 'node:os'

/** The part of the machine's memory that features take where nothing else is said: workers share a machine. */
const usualShare = 0.25

/** The bytes of memory that the features of a run may take; what does not fit is read from the disk as it is needed. */
export class FeatureMemory {
  #left: number

  /** @param mebibytes A quarter of what this process may use when left out. */
  constructor(mebibytes?: number) {
    const machine = Math.min(totalmem(), process.constrainedMemory() || Infinity)
    this.#left = mebibytes === undefined ? usualShare * machine : mebibytes * 2 ** 20
  }

  /** Whether so many bytes still fit; they are then taken. */
  reserve(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }
}
