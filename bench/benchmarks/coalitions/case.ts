import { readFileSync } from 'node:fs'
import { parseRunConfig, type RunConfig } from '#contract/config.ts'
import type { Player } from '#contract/genotype.ts'
import { stream } from '#worker/random.ts'
import { initialAlphas } from '#worker/search/alphas.ts'
import { CoalitionEvaluator, type SupernetState } from '#worker/search/coalition-evaluator.ts'
import { inferenceExtra } from '#worker/search/dictionary-extra.ts'
import { supernetGame } from '#worker/search/supernet-game.ts'
import type { ValueBatch } from '#worker/search/value-batch.ts'
import { passageOf } from '#worker/search/coalitions/sizes.ts'
import { Coalition } from '#worker/shapley/coalition.ts'
import type { Game } from '#worker/shapley/game.ts'
import { mixtureFromAlphas, playersOf } from '#worker/space/players.ts'
import { createSpace, type FusionSpace } from '#worker/space/space.ts'
import { supernet } from '#worker/space/supernet.ts'
import { initialise, type Layout } from '#worker/training/layout.ts'
import { Predictor } from '#worker/training/predictor.ts'
import { type SpaceKey, spaces } from '../training-step/step-times.ts'

/** What may differ from the MM-IMDB preset with its 256 validation samples. */
export interface CaseOptions {
  space: SpaceKey
  threads: number
  cells?: number
  /** Validation samples. */
  samples?: number
  /** Features of 512 channels instead of the six of MM-IMDB. */
  features?: number
  /** Permutations, for all players alike. */
  permutations?: number
}

/** A supernet of random weights with a batch to value its coalitions on. */
export interface Case {
  config: RunConfig
  space: FusionSpace
  players: readonly Player[]
  layout: Layout
  dictionaries: readonly { name: string }[]
  state: SupernetState
  mixture: readonly number[]
  batch: ValueBatch
  game: Game
  release(): Promise<void>
}

const classes = 23
const calibrationBatch = 64
const mmImdb = [
  ...Array.from({ length: 4 }, (_, i) => ({ id: `image.${i}`, channels: 512 })),
  { id: 'text.0', channels: 64 },
  { id: 'text.1', channels: 128 },
]
const preset = new URL('../../../resources/presets/mm-imdb.json', import.meta.url)

export async function openCase(options: CaseOptions): Promise<Case> {
  const { threads, samples = 256 } = options
  const config = configOf(options)
  const features = options.features
    ? Array.from({ length: options.features }, (_, i) => ({ id: `feature.${i}`, channels: 512 }))
    : mmImdb
  const space = createSpace(config.space, features)
  const players = playersOf(space)
  const network = supernet(space, classes)
  const inputs = Object.fromEntries(
    features.map(({ id, channels }) => {
      const random = stream(1, 'input', id)
      const size = samples * space.config.length * channels
      return [id, Float32Array.from({ length: size }, () => 2 * random.next() - 1)]
    }),
  )
  const mixture = mixtureFromAlphas(players, initialAlphas(players, stream(1, 'alphas')))
  const predictor = await Predictor.create(network, {
    batchSize: Math.min(calibrationBatch, samples),
    threads,
  })
  const { layout } = predictor
  const weights = initialise(layout.parameters, stream(1, 'weights'))
  const extra = inferenceExtra(network.dictionaries, layout, weights)
  const calibration = Object.fromEntries(
    Object.entries(inputs).map(([id, data]) => [
      id,
      data.subarray(0, (data.length / samples) * Math.min(calibrationBatch, samples)),
    ]),
  )
  const statistics = await predictor.calibrate(weights, [calibration], {
    mixture: Float32Array.from(mixture),
    ...extra,
  })
  await predictor.release()
  const state = { weights, statistics, steps: extra['dictionary-steps'] ?? new Float32Array(0) }
  const evaluator = await CoalitionEvaluator.create(space, classes, passageOf(space.config, samples, threads))
  const logits = await evaluator.evaluate(state, inputs, samples, [Float32Array.from(mixture)])
  const labels = labelsFrom(logits, samples)
  const batch: ValueBatch = { inputs, task: 'single-label', labels, classes }
  const game = supernetGame({ players, evaluator, state, mixture, batch, renormalise: false })
  const { dictionaries } = network
  return {
    config,
    space,
    players,
    layout,
    dictionaries,
    state,
    mixture,
    batch,
    game,
    release: () => evaluator.release(),
  }
}

function configOf({ space, cells, permutations }: CaseOptions): RunConfig {
  const { config } = JSON.parse(readFileSync(preset, 'utf8')) as { config: Record<string, object> }
  return parseRunConfig(
    {
      ...config,
      dataset: { kind: 'emoji8' },
      space: { ...config['space'], name: spaces[space].name, ...(cells && { cells }) },
      valuation: {
        ...config['valuation'],
        estimator: 'permutation',
        ...(permutations && { samplesNormal: permutations, samplesSparse: permutations }),
      },
    },
    'mm-imdb preset',
  )
}

/** What the whole supernet answers, but another class for every third sample: so accuracies spread. */
function labelsFrom(logits: Float32Array, samples: number): number[][] {
  return Array.from({ length: samples }, (_, row) => {
    const own = logits.subarray(row * classes, (row + 1) * classes)
    const answer = own.indexOf(Math.max(...own))
    return [row % 3 === 0 ? (answer + 1 + (row % 7)) % classes : answer]
  })
}

/** The game of the operations alone, its edges all present: eight players in two cells of BM-NAS's space. */
export function operationsGame({ game, players }: Case): Game {
  const operations = players.flatMap(({ kind }, i) => (kind === 'operation' ? [i] : []))
  const edges = players.flatMap(({ kind }, i) => (kind === 'operation' ? [] : [i]))
  return {
    players: operations.map((i) => players[i]),
    compare: game.compare,
    values: (coalitions) =>
      game.values(
        coalitions.map((coalition) =>
          Coalition.of(players.length, [
            ...edges,
            ...coalition.members().map((member) => operations[member]),
          ]),
        ),
      ),
  }
}
