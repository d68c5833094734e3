import { meanAndDeviation } from '../statistics.ts'
import { eventTypes, type EventOf, type EventType, type PhaseName, type RunEvent } from './events.ts'

/**
 * The fold of a run's events: the events that still hold, by type, in order. Everything that is shown of a run is a
 * pure function of it, in every process alike.
 */
export interface RunState {
  readonly lastSeq: number
  readonly byType: { readonly [T in EventType]: readonly EventOf<T>[] }
}

export const emptyRunState: RunState = {
  lastSeq: -1,
  byType: Object.fromEntries(eventTypes.map((type) => [type, []])) as unknown as RunState['byType'],
}

/** Of these only the newest counts. */
const latestOnly = new Set<EventType>(['progress'])

/** Adds one event; `resumed` voids the events after its checkpoint. An event seen before is ignored. */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  if (event.seq <= state.lastSeq) return state
  const kept = event.type === 'resumed' ? dropAfter(state.byType, event.afterSeq) : state.byType
  const before = latestOnly.has(event.type) ? [] : kept[event.type]
  return { lastSeq: event.seq, byType: { ...kept, [event.type]: [...before, event] } }
}

function dropAfter(byType: RunState['byType'], afterSeq: number): RunState['byType'] {
  const entries = Object.entries(byType).map(([type, events]) => [
    type,
    type === 'resumed' ? events : events.filter((event) => event.seq <= afterSeq),
  ])
  return Object.fromEntries(entries) as RunState['byType']
}

/**
 * Adds many events at once: what `applyEvent` gives one by one, in time linear in their number. `state` stays as it was.
 */
export function foldEvents(events: Iterable<RunEvent>, state: RunState = emptyRunState): RunState {
  let lastSeq = state.lastSeq
  let byType: Record<EventType, readonly RunEvent[]> = { ...state.byType }
  /** Lists that this call made and may still add to. */
  let own: Partial<Record<EventType, RunEvent[]>> = {}
  for (const event of events) {
    if (event.seq <= lastSeq) continue
    lastSeq = event.seq
    if (event.type === 'resumed') {
      byType = { ...dropAfter(byType as RunState['byType'], event.afterSeq) }
      own = {}
    }
    const list = latestOnly.has(event.type) ? [] : (own[event.type] ?? [...byType[event.type]])
    list.push(event)
    own[event.type] = byType[event.type] = list
  }
  return lastSeq === state.lastSeq ? state : { lastSeq, byType: byType as RunState['byType'] }
}

/** The events that a state holds, in order; their fold is that state. */
export function eventsOf({ byType }: RunState): RunEvent[] {
  return Object.values(byType)
    .flatMap((events): readonly RunEvent[] => events)
    .toSorted((one, other) => one.seq - other.seq)
}

/** The newest event of a type that still holds. */
export function latest<T extends EventType>(state: RunState, type: T): EventOf<T> | undefined {
  return state.byType[type].at(-1)
}

export interface ScoreRow {
  model: string
  /** Test scores by repetition, 0–1. */
  scores: number[]
  mean: number
  /** Sample standard deviation; 0 for one repetition. */
  deviation: number
  parameters: number
  multiplyAdds: number
}

/** Test score of every model over its repetitions, in the order in which the models were trained. */
export function scoreTable(state: RunState): ScoreRow[] {
  const models = [...new Set(state.byType.model.map((event) => event.model))]
  return models.map((model) => {
    const events = state.byType.model.filter((event) => event.model === model)
    const scores = events.map((event) => event.testScore)
    const { mean, deviation } = meanAndDeviation(scores)
    return {
      model,
      scores,
      mean,
      deviation,
      parameters: events[0].parameters,
      multiplyAdds: events[0].multiplyAdds,
    }
  })
}

/** A score beside the main one, of one model over its repetitions. */
export interface OtherScore {
  model: string
  score: 'macro F1' | 'weighted F1' | 'mean average precision'
  mean: number
  /** Sample standard deviation; 0 for one repetition. */
  deviation: number
}

/** What else is known of the test answers of every model, in the order in which the models were trained. */
export function otherScores(state: RunState): OtherScore[] {
  const models = [...Map.groupBy(state.byType.model, ({ model }) => model)]
  return models.flatMap(([model, events]) => {
    const figures = {
      'macro F1': events.map(({ testMacroF1 }) => testMacroF1),
      'weighted F1': events.map(({ testWeightedF1 }) => testWeightedF1),
      'mean average precision': events.map(({ testMeanAveragePrecision }) => testMeanAveragePrecision),
    }
    return Object.entries(figures).flatMap(([score, values]) => {
      const known = values.flatMap((value) => value ?? [])
      if (known.length === 0) return []
      return [{ model, score: score as OtherScore['score'], ...meanAndDeviation(known) }]
    })
  })
}

export interface Remaining {
  phase: PhaseName
  doing: string
  /** Share of the whole run that is done, 0–1. */
  done: number
  /** Milliseconds still to go, or null while nothing can be said. */
  remainingMs: number | null
}

/**
 * How far the run is: the plan's estimates, scaled by how long the work done so far really took since the run was
 * started or last resumed.
 */
export function remaining(state: RunState): Remaining | null {
  const plan = latest(state, 'plan')
  const progress = latest(state, 'progress')
  const begun = latest(state, 'resumed') ?? latest(state, 'started')
  if (!plan || !progress || !begun) return null
  const total = plan.phases.reduce((sum, { estimate }) => sum + estimate, 0)
  const position = plan.phases.findIndex(({ phase }) => phase === progress.phase)
  const before = plan.phases.slice(0, position).reduce((sum, { estimate }) => sum + estimate, 0)
  const doneWork = before + plan.phases[position].estimate * progress.done
  const elapsedMs = progress.at - begun.at
  const workHere = doneWork - (begun.type === 'resumed' ? workAt(state, begun.afterSeq) : 0)
  const remainingMs = workHere > 0 && elapsedMs > 2000 ? ((total - doneWork) * elapsedMs) / workHere : null
  return { phase: progress.phase, doing: progress.doing, done: doneWork / total, remainingMs }
}

/** Work that the checkpoint already held: phases whose closing event came before it. */
function workAt(state: RunState, afterSeq: number): number {
  const closing: Partial<Record<PhaseName, EventType>> = {
    dataset: 'dataset',
    backbones: 'space',
    search: 'searched',
  }
  const plan = latest(state, 'plan')
  if (!plan) return 0
  return plan.phases
    .filter(({ phase }) => {
      const type = closing[phase]
      return type !== undefined && state.byType[type].some((event) => event.seq <= afterSeq)
    })
    .reduce((sum, { estimate }) => sum + estimate, 0)
}
