import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { CannotMeasure } from './benchmark.ts'

/** The share of all cores that may be busy with something else while times are taken. */
const allowed = 0.1

/** Waits until the cores are idle. @throws CannotMeasure when they do not become so in time */
export async function awaitQuiet(patienceMs: number): Promise<void> {
  const until = performance.now() + patienceMs
  let busy = await busyShare()
  while (busy > allowed) {
    if (performance.now() > until) {
      const share = Math.round(100 * busy)
      throw new CannotMeasure(
        `other programs keep the cores ${share} % busy, which weighs on the two unequally`,
      )
    }
    busy = await busyShare()
  }
}

/** The share of the time of all cores that was not idle during one second. */
async function busyShare(): Promise<number> {
  const before = coreTimes()
  await setTimeout(1000)
  const after = coreTimes()
  return 1 - (after.idle - before.idle) / (after.total - before.total)
}

function coreTimes(): { idle: number; total: number } {
  const times = cpus().map((core) => core.times)
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  return {
    idle: sum(times.map(({ idle }) => idle)),
    total: sum(times.flatMap((core) => Object.values(core))),
  }
}
