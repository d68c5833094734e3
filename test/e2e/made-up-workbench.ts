import { calls, type CallResult, type Handlers, type Push } from '#contract/calls.ts'
import { changeAnnotations, noAnnotations } from '#contract/run/annotations.ts'
import type { BulkAnswer, RunSummary } from '#contract/calls/runs.ts'
import { parseRunConfig, type RunConfig } from '#contract/config.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { digestOf } from '#contract/run/digest.ts'
import { latest, remaining, scoreTable, foldEvents } from '#contract/run/state.ts'
import { Problem } from '#contract/problem.ts'
import { activeStates, type RunPoint } from '#contract/run/query.ts'
import type { Revaluation } from '#contract/shapley/valuation.ts'
import { queryRunsPlainly } from '../fixtures/query-runs.ts'
import { fixtureConfig, runEvents } from '../fixtures/run-events.ts'
import { searchAnswers } from './made-up-searches.ts'
import { valuationAnswers } from './made-up-valuations.ts'

/**
 * A workbench without engine or data folder: it has the made-up runs that a test gives it, so that a page can be
 * shown in any state. Everything between it and the page is the real host and the real renderer.
 */
export class MadeUpWorkbench {
  readonly runs = new Map<string, { summary: RunSummary; events: RunEvent[] }>()
  readonly revaluations = new Map<string, Revaluation[]>()
  readonly asked: string[] = []
  readonly #listeners = new Set<(push: Push) => void>()

  /** A test may give further answers, or others. */
  readonly handlers: Handlers = {
    ...unanswered(),
    ...searchAnswers(),
    ...valuationAnswers(this),
    'app.info': async () => ({
      version: '0.1.0',
      dataDir: '/home/ada/.local/share/shapwright',
      runsDir: '/home/ada/.local/share/shapwright/runs',
    }),
    'runs.query': async (query) => queryRunsPlainly(this.#summaries(), query),
    'runs.overview': async () => {
      const [kept, trashed] = [false, true].map((inTrash) =>
        this.#summaries().filter((summary) => summary.trashed === inTrash),
      )
      const active = kept.filter(({ state }) => activeStates.some((one) => one === state))
      return { total: kept.length, trashed: trashed.length, active }
    },
    'runs.points': async () => ({ points: pointsOf(this.#summaries()), settings: [] }),
    'runs.compare': async (ids) =>
      ids.map((id) => {
        const run = this.runs.get(id)
        if (!run) return { id, problem: missing(id).report() }
        const { summary, events } = run
        return { id, summary, config: configOf(summary), digest: digestOf(foldEvents(events)) }
      }),
    'runs.annotate': async (ids, change) =>
      this.#changeAll(ids, (summary) => {
        const annotations = { ...noAnnotations, name: summary.name, tags: summary.tags, notes: summary.notes }
        const { name, tags, notes } = changeAnnotations(annotations, change)
        return { ...summary, name: name ?? 'demo', tags, notes }
      }),
    'runs.trash': async (ids) => {
      const isBusy = ({ state }: RunSummary) => activeStates.some((active) => active === state)
      const answer = this.#changeAll(ids, (summary) => !isBusy(summary) && { ...summary, trashed: true })
      this.tell({ topic: 'runs.removed', ids: answer.done })
      return answer
    },
    'runs.restore': async (ids) => this.#changeAll(ids, (summary) => ({ ...summary, trashed: false })),
    'runs.erase': async (ids) => {
      const answer = this.#changeAll(ids, (summary) => summary.trashed && summary)
      for (const id of answer.done) this.runs.delete(id)
      this.tell({ topic: 'runs.removed', ids: answer.done })
      return answer
    },
    'library.info': async () => ({
      database: { bytes: 48_000_000, journal: 'wal', sharedFileSystem: null },
      backups: [madeUpBackup],
    }),
    'library.backup': async () => madeUpBackup,
    'library.diagnostics': async () => ({
      file: 'shapwright-diagnostics-2026-03-14T15-09-26-535Z.zip',
      folder: '/home/ada/.local/share/shapwright/diagnostics',
      bytes: 84_000,
    }),
    'runs.get': async (id): Promise<CallResult<'runs.get'>> => {
      const run = this.runs.get(id)
      if (!run) throw missing(id)
      return {
        ...run,
        config: configOf(run.summary),
        directory: `/home/ada/.local/share/shapwright/runs/${id}`,
        imported: false,
      }
    },
    'runs.start': async () => 'r1',
    'runs.pause': async (id) => (this.asked.push(`pause ${id}`), null),
    'runs.cancel': async (id) => (this.asked.push(`cancel ${id}`), null),
    'runs.resume': async (id) => (this.asked.push(`resume ${id}`), null),
    'runs.discard': async (id) => (this.asked.push(`discard ${id}`), null),
    'runs.prioritise': async (id, priority) => (this.asked.push(`priority ${priority} ${id}`), null),
    'queue.get': async () => ({ slots: [{ device: 'auto', run: null }], waiting: [] }),
  }

  #summaries(): RunSummary[] {
    return [...this.runs.values()].map(({ summary }) => summary)
  }

  subscribe(listener: (push: Push) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Adds a run that has come as far as `events` say. */
  add(id: string, events: RunEvent[], more: Partial<RunSummary> = {}): void {
    this.runs.set(id, { events: [...events], summary: summaryOf(id, events, more) })
  }

  /** What a worker does: the event is in the log, then everyone hears of it. */
  emit(id: string, events: RunEvent[]): void {
    const run = this.runs.get(id)!
    run.events.push(...events)
    const { createdAt, name, tags, notes, study } = run.summary
    run.summary = summaryOf(id, run.events, { createdAt, name, tags, notes, study })
    this.tell({ topic: 'run.events', id, events })
    this.tell({ topic: 'run.changed', summary: run.summary })
  }

  /** What the back end tells when a run has come to stand otherwise. */
  change(id: string, more: Partial<RunSummary>): void {
    const run = this.runs.get(id)!
    run.summary = { ...run.summary, ...more }
    this.tell({ topic: 'run.changed', summary: run.summary })
  }

  /** Changes the summaries of runs; those for which `change` answers false are refused. */
  #changeAll(ids: readonly string[], change: (summary: RunSummary) => RunSummary | false): BulkAnswer {
    const answer: BulkAnswer = { done: [], refused: [] }
    for (const id of ids) {
      const run = this.runs.get(id)
      const summary = run && change(run.summary)
      if (summary) {
        run.summary = summary
        answer.done.push(id)
        if (!summary.trashed) this.tell({ topic: 'run.changed', summary })
      } else {
        answer.refused.push({ id, problem: new Problem('run-busy', id, 'it is being worked on').report() })
      }
    }
    return answer
  }

  tell(push: Push): void {
    for (const listener of this.#listeners) listener(push)
  }
}

const madeUpBackup = {
  file: 'shapwright-20260314-150926-535.db',
  bytes: 47_000_000,
  at: Date.UTC(2026, 2, 14, 15, 9, 26, 535),
}

const missing = (id: string) => new Problem('run-not-found', id, 'the data folder has no run of this name')

function pointsOf(runs: RunSummary[]): RunPoint[] {
  return runs.flatMap(({ score, bestSingle, state, trashed, ...known }) => {
    if (score === null || state !== 'done' || trashed) return []
    const { mean, deviation, repetitions } = score
    const gain = bestSingle ? mean - bestSingle.mean : null
    return [{ ...known, multiplyAdds: null, score: mean, deviation, repetitions, gain }]
  })
}

/** Every call refused: what a page asks for that its test has not made up. */
function unanswered(): Handlers {
  const refuse = (name: string) => async () => {
    throw new Problem('internal', name, 'this answer was not made up')
  }
  return Object.fromEntries(Object.keys(calls).map((name) => [name, refuse(name)])) as unknown as Handlers
}

function configOf({ name, seed, strategy, space }: RunSummary): RunConfig {
  const { search, space: fusion, ...rest } = fixtureConfig
  const settings = { ...rest, name, seed, search: { ...search, strategy }, space: { ...fusion, name: space } }
  return parseRunConfig(settings, 'made up')
}

function summaryOf(id: string, events: RunEvent[], more: Partial<RunSummary>): RunSummary {
  const state = foldEvents(events)
  const rows = scoreTable(state)
  const derived = rows.find(({ model }) => model === 'derived')
  const failure = latest(state, 'failed')?.problem
  const single = rows.find(({ model }) => model === 'image')
  return {
    id,
    name: 'demo',
    state: latest(state, 'done') ? 'done' : 'running',
    dataset: 'emoji8',
    task: 'single-label',
    strategy: 'sm-shapnas',
    space: 'sm-shapnas',
    seed: 1,
    createdAt: events[0]?.at ?? 0,
    updatedAt: events.at(-1)?.at ?? 0,
    score: derived
      ? { mean: derived.mean, deviation: derived.deviation, repetitions: derived.scores.length }
      : null,
    bestSingle: single ? { model: 'image', mean: single.mean } : null,
    parameters: derived?.parameters ?? null,
    latencyMs: latest(state, 'measured')?.latencyMs ?? null,
    cost: latest(state, 'search-epoch')?.cost ?? null,
    tags: [],
    notes: '',
    study: null,
    problem: failure ? `${failure.message}: ${failure.detail}` : null,
    priority: 0,
    trashed: false,
    done: latest(state, 'done') ? 1 : (remaining(state)?.done ?? 0),
    ...more,
  }
}

/** Runs in every state, as a list of some weeks' work would have. */
export function fillWithRuns(workbench: MadeUpWorkbench, now: number): void {
  const minute = 60_000
  const full = runEvents({ startedAt: now - 9 * minute })
  const search = full.findIndex((event) => event.type === 'search-epoch' && event.epoch === 4) + 4
  const live = runEvents({ seed: 11, startedAt: now - 2.2 * minute }).slice(0, search)
  workbench.add('20260314-live', live, { name: 'demo, second seed', seed: 2 })
  workbench.add('20260314-demo', full, { name: 'demo' })
  const failed: RunEvent[] = [
    ...full.slice(0, 60),
    {
      type: 'failed',
      seq: 60,
      at: now - 8 * minute,
      problem: new Problem(
        'training-diverged',
        'backbone text, epoch 3',
        'loss is NaN after step 94',
      ).report(),
    },
  ]
  workbench.add('20260313-high-rate', failed, {
    name: 'learning rate 0.3',
    state: 'failed',
    createdAt: now - 300 * minute,
  })
  const others = ['sm-shapnas', 'darts', 'random'] as const
  const states = ['done', 'done', 'cancelled', 'done', 'interrupted'] as const
  for (let i = 0; i < 14; i++) {
    const strategy = others[i % 3]
    const state = states[i % 5]
    const events = runEvents({ seed: 20 + i, epochs: 4 })
    workbench.add(`20260312-${i}`, state === 'done' ? events : events.slice(0, 80), {
      name: `${strategy} comparison`,
      strategy,
      space: i % 4 === 3 ? 'bm-nas' : 'sm-shapnas',
      seed: i,
      state,
      createdAt: now - (26 + 9 * i) * 60 * minute,
      tags: [...(i % 4 === 0 ? ['baseline'] : []), ...(i % 5 === 1 ? ['paper'] : [])],
      notes: i % 5 === 1 ? 'One of the runs behind the second table.' : '',
    })
  }
}
