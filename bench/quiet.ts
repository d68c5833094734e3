import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { CannotMeasure } from './benchmark.ts'

/** The share of all cores that other programs may take while times are taken. */
const allowed = 0.1

/**
 * What `measure` answers, from a time when other programs leave the cores alone: it begins when the cores are idle, and
 * is repeated when others were busy meanwhile. It must do its work in child processes, and wait for them.
 * @throws CannotMeasure when this does not succeed within `patienceMs`
 */
export async function measureInQuiet<T>(patienceMs: number, measure: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMs
  for (;;) {
    let others = await othersShare(() => setTimeout(1000))
    if (others <= allowed) {
      let result!: T
      others = await othersShare(async () => (result = await measure()))
      if (others <= allowed) return result
    }
    if (performance.now() > until)
      throw new CannotMeasure(`other programs take ${Math.round(100 * others)} % of the cores`)
  }
}

/** The share of the time of all cores that passed in other programs, while `act` and its child processes ran. */
async function othersShare(act: () => Promise<unknown>): Promise<number> {
  const before = { ...coreTimes(), ours: ownTime() }
  await act()
  const after = { ...coreTimes(), ours: ownTime() }
  return (after.busy - before.busy - (after.ours - before.ours)) / (after.total - before.total)
}

/** Milliseconds of all cores together. */
function coreTimes(): { busy: number; total: number } {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  const total = sum(cpus().flatMap(({ times }) => Object.values(times)))
  return { busy: total - sum(cpus().map(({ times }) => times.idle)), total }
}

/** Milliseconds that this process and the children it has waited for took of the cores. */
function ownTime(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  // A tick is a hundredth of a second.
  return ticks * 10
}
