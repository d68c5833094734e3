import type { Handlers } from '#contract/calls.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import type { Contribution, ShapleyResult } from '#contract/shapley.ts'
import { ownRequest, type Revaluation, type RevaluationRequest } from '#contract/shapley/valuation.ts'
import { stream } from '#worker/random.ts'
import { fixtureConfig } from '../fixtures/run-events.ts'
import type { MadeUpWorkbench } from './made-up-workbench.ts'

/** A re-valuation of a made-up run: near what its last epoch found, surer, with its convergence. */
export function madeUpRevaluation(
  events: readonly RunEvent[],
  changes: Partial<RevaluationRequest> = {},
  more: Partial<Revaluation> = {},
): Revaluation {
  const state = foldEvents(events)
  const { epoch, shapley } = latest(state, 'search-epoch')!
  const request: RevaluationRequest = {
    ...ownRequest(fixtureConfig),
    estimator: 'antithetic',
    permutations: null,
    evaluations: 4000,
    ...changes,
  }
  const random = stream(request.seed, 'made-up re-valuation')
  const players = latest(state, 'space')!.players
  const known = new Map(shapley?.contributions.map((found) => [found.id, found.phi]))
  const contributions = players.map(({ id }, i): Contribution => {
    const standardError = 0.0022 * (0.8 + 0.4 * random.next())
    const phi = (known.get(id) ?? 0.03 * random.normal()) + 0.003 * random.normal() + (i === 4 ? 0.03 : 0)
    const half = 1.98 * standardError
    return { id, phi, standardError, low: phi - half, high: phi + half, samples: 140 }
  })
  const total = contributions.reduce((sum, { phi }) => sum + phi, 0)
  const steps = [128, 256, 512, 1024, 2048, 3984]
  const result: ShapleyResult = {
    estimator: request.estimator,
    exact: false,
    contributions,
    empty: 0.164,
    grand: 0.164 + total,
    gap: 0,
    evaluations: steps.at(-1)!,
    requests: 4820,
    stopped: 'evaluations',
    unbiased: true,
    trace: steps.map((evaluations, k) => {
      const noise = k === steps.length - 1 ? 0 : 0.0022 * Math.sqrt(3984 / evaluations)
      return {
        evaluations,
        phi: contributions.map(({ phi }) => phi + noise * random.normal()),
        standardError: contributions.map(
          ({ standardError }) => standardError! * Math.sqrt(3984 / evaluations),
        ),
      }
    }),
  }
  return {
    version: 1,
    id: '20260314-160102-250-rvq4kd',
    run: 'run',
    createdAt: Date.UTC(2026, 2, 14, 16, 1, 2),
    engine: '0.1.0',
    device: 'cpu',
    request,
    epoch,
    samples: 256,
    seconds: 21.4,
    result,
    ...more,
  }
}

/** Answers of a workbench whose runs have its `revaluations`; more can be asked for and removed. */
export function valuationAnswers(workbench: MadeUpWorkbench): Partial<Handlers> {
  const stored = workbench.revaluations
  const of = (id: string) => stored.get(id) ?? []
  return {
    'valuations.list': async (id) => ({ revaluations: of(id), damaged: [], running: null }),
    'valuations.start': async (id, request) => {
      const { events } = workbench.runs.get(id)!
      const made = madeUpRevaluation(events, request, {
        id: `made-${of(id).length}`,
        createdAt: Date.UTC(2026, 2, 14, 17, of(id).length),
      })
      stored.set(id, [made, ...of(id)])
      workbench.tell({ topic: 'valuation.changed', id, running: null })
      return made
    },
    'valuations.cancel': async () => null,
    'valuations.remove': async (id, gone) => {
      stored.set(
        id,
        of(id).filter((made) => made.id !== gone),
      )
      return null
    },
  }
}
