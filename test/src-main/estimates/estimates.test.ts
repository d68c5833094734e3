import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Push } from '#contract/calls.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import { costKey, meanError, outcomeOf, phaseTimes, type Estimate } from '#contract/estimate.ts'
import { Problem } from '#contract/problem.ts'
import { foldEvents } from '#contract/run/state.ts'
import { Estimates, type EstimatesOptions } from '#main/estimates/estimates.ts'
import { lastOutcomes, storeEstimate } from '#main/estimates/stored-estimates.ts'
import type { SpawnWorker } from '#main/workers/spawn-worker.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { runEvents } from '../../fixtures/run-events.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig } from '../sample-runs.ts'
import { workerThat } from '../worker-that.ts'

const made = (seconds: number, machine = 'here'): Estimate => ({
  schemaVersion: 1,
  machine,
  device: 'cpu',
  threads: 2,
  measuredAt: 0,
  tookMs: 10,
  load: 0,
  cores: 2,
  phases: [{ phase: 'search', seconds, low: seconds, high: seconds }],
  total: { seconds, low: seconds, high: seconds },
  memory: { needed: 1, program: 1, features: 0, available: 2 },
  disk: { needed: 1, free: 2 },
})

const opened: Estimates[] = []
afterEach(async () => {
  for (const estimates of opened.splice(0)) await estimates.close()
})

function open(spawnWorker: SpawnWorker, devices: EstimatesOptions['devices'] = { for: async () => [] }) {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  const pushes: Push[] = []
  const problems: unknown[] = []
  const estimates = new Estimates({
    dataDir,
    runsDir,
    spawnWorker,
    devices,
    push: (told) => pushes.push(told),
    report: (problem) => problems.push(problem),
  })
  opened.push(estimates)
  return { estimates, runsDir, pushes, problems }
}

const summaryOf = (id: string, state: RunSummary['state']) => ({ id, state }) as RunSummary

/** A run directory that a whole search of so many seconds has left, with its estimate. */
function finishedRun(runsDir: string, estimated: Estimate, at: number): string {
  const { id, directory } = createRun(runsDir, sampleConfig(), at)
  const writer = RunWriter.open(directory)
  for (const { seq: _, at: when, ...body } of runEvents({ startedAt: at })) writer.append(body, when)
  writer.setStatus('done')
  writer.close()
  storeEstimate(directory, estimated)
  return id
}

describe('the estimates of a workbench', () => {
  it('are measured by a worker, told as they come, and answered in order', async () => {
    const spawn = workerThat(({ args }, say) => {
      say({ type: 'progress', progress: { done: 0.5, doing: 'timing' } })
      const [configs] = args as [unknown[]]
      say({ type: 'result', result: configs.map((_, i) => made(i + 1)) })
    })
    const { estimates, pushes } = open(spawn)
    const answer = await estimates.estimate('t1', [sampleConfig(), sampleConfig({ seed: 2 })])
    expect(answer!.estimates.map(({ total }) => total.seconds)).toEqual([1, 2])
    expect(answer!.outcomes).toEqual([])
    expect(pushes).toEqual([
      { topic: 'estimate.progress', ticket: 't1', progress: { done: 0.5, doing: 'timing' } },
    ])
  })

  it('are laid beside the run that appears with their configuration, and beside no other', async () => {
    const spawn = workerThat((_, say) => say({ type: 'result', result: [made(5)] }))
    const { estimates, runsDir, problems } = open(spawn)
    await estimates.estimate('t1', [sampleConfig({ name: 'asked' })])
    const { id } = createRun(runsDir, sampleConfig({ name: 'started', seed: 9 }))
    const other = createRun(runsDir, sampleConfig({ search: { epochs: 3 } }))
    for (const run of [id, other.id])
      estimates.notice({ topic: 'run.changed', summary: summaryOf(run, 'queued') })
    expect(problems).toEqual([])
    expect(readdirSync(join(runsDir, id))).toContain('estimate.json')
    expect(readdirSync(other.directory)).not.toContain('estimate.json')
  })

  it('are not laid beside a run that was there before them', async () => {
    const spawn = workerThat((_, say) => say({ type: 'result', result: [made(5)] }))
    const { estimates, runsDir } = open(spawn)
    await estimates.estimate('t1', [sampleConfig()])
    const config = sampleConfig({ search: { epochs: 3 } })
    const { id, directory } = createRun(runsDir, config)
    const told: Push = { topic: 'run.changed', summary: summaryOf(id, 'running') }
    estimates.notice(told)
    await estimates.estimate('t2', [config])
    estimates.notice(told)
    expect(readdirSync(directory)).not.toContain('estimate.json')
  })

  it('are remembered of the last 500 configurations', async () => {
    const spawn = workerThat(({ args }, say) => {
      const [configs] = args as [unknown[]]
      say({ type: 'result', result: configs.map((_, i) => made(i)) })
    })
    const { estimates, runsDir } = open(spawn)
    const configs = Array.from({ length: 501 }, (_, i) => sampleConfig({ search: { epochs: i + 1 } }))
    await estimates.estimate('t1', configs)
    const estimated = [configs[0], configs[1], configs[500]].map((config) => {
      const { id, directory } = createRun(runsDir, config)
      estimates.notice({ topic: 'run.changed', summary: summaryOf(id, 'queued') })
      return readdirSync(directory).includes('estimate.json')
    })
    expect(estimated).toEqual([false, true, true])
  })

  it('are stopped while the devices are looked up', async () => {
    const spawn = () => {
      throw new Error('nothing may be started')
    }
    const { estimates } = open(spawn, { for: () => new Promise(() => undefined) })
    const answer = estimates.estimate('t1', [sampleConfig()])
    await new Promise((resolve) => setTimeout(resolve, 10))
    estimates.stop('t1')
    expect(await answer).toBeNull()
  })

  it('are answered by null when they were stopped, and what waits goes on', async () => {
    let first = true
    const spawn = workerThat((_, say) => {
      if (!first) say({ type: 'result', result: [made(1)] })
      first = false
    })
    const { estimates } = open(spawn)
    const left = estimates.estimate('left', [sampleConfig()])
    const next = estimates.estimate('next', [sampleConfig()])
    await new Promise((resolve) => setTimeout(resolve, 20))
    estimates.stop('left')
    expect(await left).toBeNull()
    expect((await next)!.estimates).toHaveLength(1)
  })

  it('pass on what measuring met', async () => {
    const problem = new Problem('file-not-found', '/gone.csv', 'no such file').report()
    const { estimates } = open(workerThat((_, say) => say({ type: 'problem', problem })))
    await expect(estimates.estimate('t', [sampleConfig()])).rejects.toThrow('/gone.csv')
  })
})

describe('how estimates turned out', () => {
  it('is told of the last runs that were estimated on this machine and went through', () => {
    const { runsDir } = open(workerThat(() => undefined))
    const ids = [0, 1, 2, 3].map((i) => finishedRun(runsDir, made(100), 1_700_000_000_000 + i * 3_600_000))
    finishedRun(runsDir, made(100, 'elsewhere'), 1_800_000_000_000)
    const outcomes = lastOutcomes(runsDir, 'here')
    expect(outcomes.map(({ run }) => run)).toEqual(ids.slice(1).toReversed())
    const [{ took }] = outcomes
    expect(meanError(outcomes)).toBeCloseTo(took / 100 - 1)
  })

  it('is told of the others where one of them is damaged', () => {
    const { runsDir } = open(workerThat(() => undefined))
    const ids = [0, 1, 2].map((i) => finishedRun(runsDir, made(100), 1_700_000_000_000 + i * 3_600_000))
    writeFileSync(join(runsDir, ids[2], 'status.json'), '{')
    writeFileSync(join(runsDir, ids[1], 'estimate.json'), '{')
    expect(lastOutcomes(runsDir, 'here').map(({ run }) => run)).toEqual([ids[0]])
  })

  it('is the time between the ends of phases, which add up to the whole', () => {
    const events = runEvents({})
    const times = phaseTimes(foldEvents(events))!
    const exported = events.findLast(({ type }) => type === 'exported')!
    expect(times.reduce((sum, { took }) => sum + took, 0)).toBeCloseTo((exported.at - events[0].at) / 1000)
    expect(outcomeOf('r', made(10), foldEvents(events))!.phases).toHaveLength(6)
  })

  it('is not told of a run that was stopped on its way', () => {
    const events = runEvents({})
    const stopped = [
      ...events,
      { type: 'resumed' as const, seq: events.length, at: 0, afterSeq: events.length - 1 },
    ]
    expect(phaseTimes(foldEvents(stopped))).toBeNull()
    expect(phaseTimes(foldEvents(events.slice(0, -1)))).toBeNull()
  })

  it('belongs to every run that costs the same', () => {
    const one = sampleConfig({ name: 'a', seed: 1, study: 's' })
    expect(costKey(one)).toBe(costKey(sampleConfig({ name: 'b', seed: 2 })))
    expect(costKey(one)).not.toBe(costKey(sampleConfig({ threads: 1 })))
  })
})
