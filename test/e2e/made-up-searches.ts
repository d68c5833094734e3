import type { Handlers } from '#contract/calls.ts'
import type { DatasetEntry } from '#contract/calls/datasets.ts'
import type { RunSummary } from '#contract/calls/runs.ts'
import { parseRunConfig } from '#contract/config.ts'
import { datasetSpec } from '#contract/dataset.ts'
import type { Estimate } from '#contract/estimate.ts'
import { Problem } from '#contract/problem.ts'
import { expandStudy, type Study, type StudyAxis } from '#contract/config/study.ts'
import { presetHandlers } from '#main/handlers/presets.ts'
import { stream } from '#worker/random.ts'
import { runEvents } from '../fixtures/run-events.ts'
import type { MadeUpWorkbench } from './made-up-workbench.ts'
import { pictureNetwork } from './made-up-backbones.ts'

const minutes = (seconds: number) => ({ seconds, low: 0.8 * seconds, high: 1.3 * seconds })

const estimate: Estimate = {
  schemaVersion: 1,
  machine: 'made up',
  device: 'cpu',
  threads: 2,
  measuredAt: 0,
  tookMs: 9000,
  load: 0.1,
  cores: 2,
  phases: [
    { phase: 'dataset', ...minutes(1) },
    { phase: 'backbones', ...minutes(62) },
    { phase: 'features', ...minutes(6) },
    { phase: 'search', ...minutes(134) },
    { phase: 'training', ...minutes(38) },
    { phase: 'export', ...minutes(3) },
  ],
  total: minutes(244),
  memory: { needed: 0.98e9, program: 0.63e9, features: 0.35e9, available: 14e9 },
  disk: { needed: 212e6, free: 73e9 },
}

export const films: DatasetEntry = {
  id: 'films',
  name: 'Films of the eighties',
  spec: datasetSpec.parse({
    kind: 'table',
    path: '/home/ada/films/films.csv',
    label: 'genre',
    modalities: { poster: { column: 'poster', type: 'image' }, plot: { column: 'plot', type: 'text' } },
  }),
  summary: {
    name: 'films.csv',
    hash: 'f'.repeat(64),
    modalities: [
      { name: 'poster', type: 'image', description: '48 × 48 RGB, mean brightness 0.41' },
      { name: 'plot', type: 'text', description: '12–310 words, 92.4 on average, 2,310 distinct texts' },
    ],
    task: 'single-label',
    meanLabels: 1,
    classes: ['comedy', 'drama', 'horror', 'western'].map((name, i) => {
      const train = [610, 540, 190, 46][i]
      return { name, train, validation: Math.round(train / 3), test: Math.round(train / 3) }
    }),
    splits: { train: 1386, validation: 461, test: 463 },
    majorityScore: 0.44,
    warnings: ['The class western has 46 training samples; scores of rare classes are uncertain.'],
  },
  importedAt: 1_770_000_000_000,
  source: 'as imported',
  runs: { total: 3, active: 0, best: null },
}

/** What the form of a new search asks for: the real presets, one imported table, an estimate without measuring. */
export function searchAnswers(): Partial<Handlers> {
  return {
    ...presetHandlers(),
    'datasets.list': async () => [films],
    'backbones.list': async () => [pictureNetwork],
    'backbones.scores': async () => [],
    'searches.estimate': async (_, configs) => ({
      estimates: configs.map(() => estimate),
      outcomes: [
        {
          run: 'r',
          took: 273,
          estimated: 244,
          phases: [
            { phase: 'backbones', estimated: 62, took: 70 },
            { phase: 'search', estimated: 134, took: 158 },
            { phase: 'training', estimated: 38, took: 36 },
          ],
        },
      ],
    }),
    'searches.stopEstimate': async () => null,
    'studies.list': async () => [],
    'studies.create': async () => 'made-up',
  }
}

const axes: StudyAxis[] = [
  {
    title: 'Strategy',
    values: ['sm-shapnas', 'darts', 'random'].map((name) => ({
      label: name,
      changes: { 'search.strategy': name },
    })),
  },
  {
    title: 'Fusion: Channels',
    values: [16, 32].map((channels) => ({
      label: String(channels),
      changes: { 'space.channels': channels },
    })),
  },
]

/** A study of six points and five seeds: most runs are done, one works, one has failed, the others wait. */
export function addStudy(workbench: MadeUpWorkbench, now: number): Study {
  const base = parseRunConfig({ dataset: { kind: 'emoji8' } }, 'made up')
  const plan = { name: 'strategies by width', base, axes, seeds: [1, 2, 3, 4, 5] }
  const expanded = expandStudy(plan)
  const events = runEvents({ epochs: 2 })
  const random = stream(5, 'made-up study')
  const ofSeed = plan.seeds.map(() => 0.03 * random.normal())
  const runs = expanded.map(({ point, seed, config }, i) => {
    const id = `study-run-${i}`
    const state: RunSummary['state'] =
      i < 25 ? (i === 12 ? 'failed' : 'done') : i === 25 ? 'running' : 'queued'
    const mean = [0.66, 0.69, 0.63, 0.66, 0.62, 0.63][point] + ofSeed[seed - 1] + 0.008 * random.normal()
    workbench.add(id, state === 'done' ? events : events.slice(0, 40), {
      name: config.name,
      state,
      seed,
      study: 'made-up',
      strategy: config.search.strategy,
      score: state === 'done' ? { mean, deviation: 0.01, repetitions: 3 } : null,
      createdAt: now - 7_200_000 + i,
      done: state === 'done' ? 1 : state === 'running' ? 0.42 : 0,
    })
    return { id, point, seed }
  })
  const study: Study = { schemaVersion: 1, id: 'made-up', ...plan, createdAt: now - 7_200_000, runs }
  const present = () =>
    runs.flatMap(({ id }) => {
      const summary = workbench.runs.get(id)?.summary
      return summary && !summary.trashed ? [summary] : []
    })
  workbench.handlers['studies.get'] = async (id) => {
    if (id !== study.id) throw new Problem('study-not-found', id, 'the data folder has none of this name')
    return { study, runs: present() }
  }
  workbench.handlers['studies.list'] = async () => {
    const states: Partial<Record<RunSummary['state'], number>> = {}
    for (const { state } of present()) states[state] = (states[state] ?? 0) + 1
    const { id, name, createdAt } = study
    return [{ id, name, createdAt, points: 6, seeds: 5, states }]
  }
  workbench.handlers['studies.addSeeds'] = async (id, seeds) => {
    workbench.asked.push(`seeds ${id} ${seeds.join(' ')}`)
    return null
  }
  return study
}
