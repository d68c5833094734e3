import { formatCount, formatDuration, formatSigned } from '#contract/format.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { eventsOf, latest, type RunState } from '#contract/run/state.ts'
import { memoryText } from './notes.ts'

export interface LogLine {
  seq: number
  at: number
  /** Milliseconds since the run started. */
  sinceStartMs: number
  type: RunEvent['type']
  kind: 'phase' | 'fact' | 'problem'
  text: string
}

const score = (value: number) => value.toFixed(3)

/** One sentence an event; null for those that curves show better. */
function textFromEvent(event: RunEvent): string | null {
  switch (event.type) {
    case 'started': {
      const refused = event.refused.map(({ device, reason }) => `${device} not taken: ${reason}`)
      return [`Started with seed ${event.seed} on ${event.device}`, ...refused].join('; ')
    }
    case 'dataset': {
      const { name, splits, classes, task, warnings } = event.summary
      const counts = `${formatCount(splits.train)} training, ${formatCount(splits.validation)} validation, ${formatCount(splits.test)} test samples`
      return [
        `Dataset ${name}: ${counts} ${task === 'multi-label' ? `with ${classes.length} labels` : `in ${classes.length} classes`}`,
        ...warnings,
      ].join('; ')
    }
    case 'backbone':
      return `Backbone ${event.modality} (${event.kind}): validation ${score(event.validationScore)}, test ${score(event.testScore)}, ${formatCount(event.parameters)} parameters`
    case 'space':
      return `Search space: ${event.features.length} features, ${event.players.length} choices, ${formatCount(event.parameters)} supernet parameters`
    case 'search-epoch': {
      const valued = event.shapley
        ? `; ${formatCount(event.shapley.evaluations)} coalitions valued, gap ${formatSigned(100 * event.shapley.gap, 1)} points`
        : ''
      return `Search epoch ${event.epoch + 1} of ${event.epochs}: loss ${score(event.trainLoss)}, supernet ${score(event.supernetScore)}, derived ${score(event.derivedScore)}${valued}`
    }
    case 'short-of-memory':
      return memoryText(event)
    case 'searched':
      return `Kept the architecture of epoch ${event.epoch + 1}: validation ${score(event.derivedScore)}`
    case 'model':
      return `Trained ${event.model}, repetition ${event.repetition + 1}: validation ${score(event.validationScore)}, test ${score(event.testScore)}${event.chosenOnTest === undefined ? '' : ` of epoch ${event.chosenOnTest + 1}, chosen on test`}`
    case 'calibration':
      return `Calibration on test: expected error ${score(event.before.expectedCalibrationError)}, ${score(event.after.expectedCalibrationError)} at temperature ${event.temperature.toFixed(2)}`
    case 'exported':
      return `Wrote ${event.files.join(', ')}`
    case 'measured':
      return `Measured ${event.model}: ${event.latencyMs.toFixed(2)} ms a sample`
    case 'resumed':
      return 'Resumed from the last checkpoint'
    case 'done':
      return 'Done'
    case 'stopped':
    case 'cancelled':
      return 'Stopped at a checkpoint, as it was told to'
    case 'failed':
      return `${event.problem.message}: ${event.problem.where}: ${event.problem.detail}`
    default:
      return null
  }
}

const phaseEnds = new Set<RunEvent['type']>(['dataset', 'space', 'searched', 'exported', 'done'])

/** What happened, in order, one line each. */
export function logLines(state: RunState): LogLine[] {
  const start = latest(state, 'started')?.at ?? 0
  return eventsOf(state).flatMap((event) => {
    const text = textFromEvent(event)
    if (text === null) return []
    const kind = event.type === 'failed' ? 'problem' : phaseEnds.has(event.type) ? 'phase' : 'fact'
    return [
      { seq: event.seq, at: event.at, sinceStartMs: event.at - start, type: event.type, kind, text } as const,
    ]
  })
}

/** `+4 min 12 s` */
export const formatSince = (ms: number): string => `+${formatDuration(ms)}`
