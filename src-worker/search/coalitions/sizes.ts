import type { SpaceConfig } from '#contract/config.ts'
import type { CellStep } from './plan.ts'

/**
 * Bytes that one tensor `[rows, length, channels]` takes at most. A step reads and writes a few such tensors again and
 * again; at this size they stay in the second-level cache of a core, and products are still large enough.
 */
const tensorBytes = 512 * 1024
/** Bytes of the outputs of cells that are kept for the cells after them. */
const outputBytes = 256 * 1024 * 1024
/** How long a run of the engine may take: until it ends, nobody can stop it. */
const runMs = 300
const firstSteps = 16
/** Shorter runs would compute too much anew. */
const fewestSteps = 8

/** Parts of fewer samples waste more than another lane gains. */
const fewestRows = 16

/** How a batch goes through: in parts of so many samples at most, so many parts at a time. */
export interface Passage {
  readonly rows: number
  /** 1 when omitted. More are threads of their own. */
  readonly lanes?: number
}

type Size = Pick<SpaceConfig, 'length' | 'channels' | 'cells'>

/**
 * How a batch goes through on so many lanes: in equal parts that fit the cache, as many for every lane, or in fewer
 * lanes where parts would be too small.
 */
export function passageOf({ length, channels }: Size, batchSize: number, lanes: number): Required<Passage> {
  const most = Math.max(1, Math.floor(tensorBytes / (4 * length * channels)))
  const used = Math.max(1, Math.min(lanes, Math.floor(batchSize / Math.min(most, fewestRows))))
  const rounds = Math.ceil(batchSize / (most * used))
  return { rows: Math.ceil(batchSize / (rounds * used)), lanes: used }
}

/** Mixtures that are planned together, even if none shares an output with another. */
export function mixturesTogether({ length, channels, cells }: Size, rows: number): number {
  const bytes = 4 * rows * length * channels * Math.max(1, cells - 1)
  return Math.max(1, Math.floor(outputBytes / bytes))
}

/** Finds how many steps of a cell a run may have, from how long the runs before took. */
export class PaceKeeper {
  readonly #steps = new Map<number, number>()

  stepsPerRun(cell: number): number {
    return this.#steps.get(cell) ?? firstSteps
  }

  note(cell: number, steps: number, ms: number): void {
    const fitting = (steps * runMs) / Math.max(ms, 1)
    // one run with few new operations says little about the next
    this.#steps.set(cell, Math.max(fewestSteps, Math.min(Math.floor(fitting), 2 * this.stepsPerRun(cell))))
  }
}

/**
 * Where a run ends that begins at a step and has at most so many: as late as steps stop to share what they read, if
 * that is in the second half, so that nothing is computed in two runs.
 */
export function endOfRun(steps: readonly CellStep[], from: number, most: number): number {
  const latest = from + most
  if (latest >= steps.length) return steps.length
  const read = (at: number) => steps[at].nodes[0].input
  for (let end = latest; end > latest - most / 2; end--) if (read(end) !== read(end - 1)) return end
  return latest
}
