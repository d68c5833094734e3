import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRunConfig } from '#contract/config.ts'
import type { RunEvent } from '#contract/run/events.ts'
import type { RunStatus } from '#contract/run/status.ts'
import { encodeJson, encodeJsonLine } from '#worker/run-directory/json.ts'
import { runPaths } from '#worker/run-directory/layout.ts'
import { runEvents } from '../../../test/fixtures/run-events.ts'

const strategies = ['sm-shapnas', 'darts', 'random'] as const
const spaces = ['sm-shapnas', 'bm-nas'] as const
const day = 86_400_000

export interface WrittenRuns {
  /** Finished runs of a few epochs each. */
  many: string[]
  /** Finished runs of many epochs. */
  long: string[]
}

/**
 * Writes finished runs as a laboratory would have them after some years: `many` of 4 search epochs, `long` of 200. Their
 * logs are made up (test/fixtures); nothing is flushed, for a measurement needs no durability.
 */
export function writeRuns(runsDir: string, counts: { many: number; long: number }): WrittenRuns {
  const logs = Array.from({ length: 40 }, (_, seed) => runEvents({ seed, epochs: 4, startedAt: 0 }))
  const many = Array.from({ length: counts.many }, (_, i) => writeRun(runsDir, i, logs[i % logs.length]))
  const long = Array.from({ length: counts.long }, (_, i) => {
    const events = runEvents({ seed: 100 + i, epochs: 200, startedAt: 0 })
    return writeRun(runsDir, counts.many + i, events)
  })
  return { many, long }
}

function writeRun(runsDir: string, index: number, events: readonly RunEvent[]): string {
  const id = `r${String(index).padStart(6, '0')}`
  const startedAt = Date.UTC(2026, 0, 1) + (index * day) / 8
  const paths = runPaths(join(runsDir, id))
  for (const folder of [paths.checkpoints, paths.exports]) mkdirSync(folder, { recursive: true })
  const config = parseRunConfig(
    {
      name: `search ${index}, ${['warm', 'cold', 'wide', 'deep', 'short'][index % 5]}`,
      seed: index % 7,
      dataset: { kind: 'emoji8', salt: `emoji8-v${1 + (index % 5)}` },
      search: { strategy: strategies[index % strategies.length], epochs: 4 },
      space: { name: spaces[index % spaces.length] },
    },
    'made up',
  )
  writeFileSync(paths.config, encodeJson(config))
  const moved = events.map((event) => encodeJsonLine({ ...event, at: startedAt + event.at }))
  writeFileSync(paths.events, `${moved.join('\n')}\n`)
  const status: RunStatus = {
    schemaVersion: 1,
    state: 'done',
    process: null,
    priority: 0,
    queuedAt: null,
    createdAt: startedAt,
    updatedAt: startedAt + events.at(-1)!.at,
    problem: null,
  }
  writeFileSync(paths.status, encodeJson(status))
  return id
}
