import type { RunStateName } from '#contract/run/status.ts'
import { stream } from '#worker/random.ts'
import type { MadeUpWorkbench } from './made-up-workbench.ts'

const states: RunStateName[] = ['done', 'done', 'done', 'done', 'failed', 'cancelled', 'interrupted']
const datasets = ['emoji8', 'products.csv', 'mm-imdb', 'a table with a really long name, second version.csv']
const strategies = ['sm-shapnas', 'darts', 'random']
const words = ['ablation', 'paper', 'keep', 'long night', 'seed sweep']

/** As many ended runs as some years' work leaves, `run 0` the newest; the same every time. */
export function fillWithManyRuns(workbench: MadeUpWorkbench, now: number, count: number): void {
  const random = stream(1, 'many runs')
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)]
  for (let i = 0; i < count; i++) {
    const state = pick(states)
    const mean = 0.55 + 0.25 * random.next()
    const done = state === 'done'
    workbench.add(`2026-many-${i}`, [], {
      name:
        i % 97 === 5 ? `run ${i} with a name that nobody would want to read twice in one day` : `run ${i}`,
      state,
      dataset: pick(datasets),
      strategy: pick(strategies),
      space: pick(['sm-shapnas', 'bm-nas']),
      seed: i % 10,
      createdAt: now - i * 37 * 60_000,
      score: done ? { mean, deviation: 0.004 + 0.01 * random.next(), repetitions: 3 } : null,
      bestSingle: { model: pick(['image', 'text']), mean: mean - 0.05 + 0.08 * random.next() },
      parameters: done ? 20_000 + random.integer(90_000) : null,
      latencyMs: done ? 0.4 + 4 * random.next() : null,
      cost: 1_000_000 + random.integer(40_000_000),
      done: done ? 1 : random.next(),
      tags: random.next() < 0.2 ? [...new Set([pick(words), pick(words)])].sort() : [],
      study: i % 400 < 24 ? `grid ${Math.floor(i / 400)}` : null,
      problem: state === 'failed' ? 'Training has led to numbers that are not finite' : null,
    })
  }
}
