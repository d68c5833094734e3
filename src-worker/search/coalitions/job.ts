import type { Part, PartEvaluator, Subject } from './part-evaluator.ts'
import type { Plan } from './plan.ts'

/**
 * The parts of a batch under planned mixtures, to be worked off by several lanes: whoever is free takes the next part.
 * Its arrays lie in memory that threads share.
 */
export interface Job {
  readonly cells: Plan['cells']
  /** Samples of the batch, and of a part at most. */
  readonly count: number
  readonly rows: number
  readonly classes: number
  /** For every part, whether somebody has taken it. */
  readonly taken: Int32Array
  /** A single 1 when no more parts shall be taken and those at hand be left. */
  readonly stopped: Int32Array
  /** What comes out, `[steps of the last cell, count, classes]`. */
  readonly logits: Float32Array
}

export function createJob(cells: Plan['cells'], size: { count: number; rows: number; classes: number }): Job {
  const steps = cells[cells.length - 1].length
  return {
    cells,
    ...size,
    taken: new Int32Array(sharedBytes(Math.ceil(size.count / size.rows))),
    stopped: new Int32Array(sharedBytes(1)),
    logits: new Float32Array(sharedBytes(steps * size.count * size.classes)),
  }
}

/** Everybody ends within one run of the engine. */
export function stopJob({ stopped }: Job): void {
  Atomics.store(stopped, 0, 1)
}

/**
 * Takes parts until none is left: first every `lanes`-th from `lane` on, whose features it has from the call before,
 * then what others have not come to.
 * @param breathe Lets messages in between two runs of the engine; what it throws ends the work.
 */
export async function workOff(
  evaluator: PartEvaluator,
  subject: Subject,
  job: Job,
  { lane, lanes }: { lane: number; lanes: number },
  breathe: () => Promise<void> = async () => {},
): Promise<void> {
  const parts = Array.from(job.taken, (_, part) => part)
  const own = parts.filter((part) => part % lanes === lane)
  const others = parts.filter((part) => part % lanes !== lane)
  for (const number of [...own, ...others]) {
    if (isStopped(job)) return
    if (Atomics.exchange(job.taken, number, 1) === 1) continue
    // whoever kept the features of all parts that it ever took would hold as much as all lanes together
    const part = { ...rowsAt(job, number), recurs: number % lanes === lane }
    try {
      putRows(await evaluator.evaluate(subject, part, job.cells, goOn), job, part)
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
    }
  }

  async function goOn() {
    if (isStopped(job)) throw new Stopped()
    await breathe()
  }
}

class Stopped extends Error {}

const isStopped = ({ stopped }: Job): boolean => Atomics.load(stopped, 0) === 1

const sharedBytes = (numbers: number) => new SharedArrayBuffer(4 * numbers)

function rowsAt({ count, rows }: Job, number: number): Pick<Part, 'start' | 'rows'> {
  const start = number * rows
  return { start, rows: Math.min(rows, count - start) }
}

/** Logits `[steps, rows of a part at most, classes]` to their places. */
function putRows(from: Float32Array, { count, rows, classes, logits }: Job, part: Part): void {
  for (let step = 0; step * rows * classes < from.length; step++) {
    const first = step * rows * classes
    logits.set(from.subarray(first, first + part.rows * classes), (step * count + part.start) * classes)
  }
}
