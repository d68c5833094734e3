import { choicesOf } from '../architecture.ts'
import type { EventOf } from './events.ts'
import { latest, type RunState } from './state.ts'
import { testScoreName, valueName } from './score-name.ts'
import type { Table } from '../table.ts'

type Name =
  'contributions' | 'scores' | 'search' | 'training' | 'backbones' | 'predictions' | 'classes' | 'calibration'

/** Every figure of a run as tables, by name. Epochs, repetitions and samples count from 1. */
export const runTables: Record<Name, (state: RunState) => Table> = {
  contributions: (state) => ({
    columns: [
      'epoch',
      'player',
      'kind',
      'cell',
      'node',
      'choice',
      'chosen',
      'phi',
      'of',
      'standard error',
      'low',
      'high',
      'unseen',
      'samples',
      'alpha',
      'weight',
    ],
    rows: state.byType['search-epoch'].flatMap((event) => {
      const { epoch, shapley, genotype, alphas, mixture } = event
      const chosen = new Set(choicesOf(genotype).map(({ playerId }) => playerId))
      const byId = new Map(shapley?.contributions.map((contribution) => [contribution.id, contribution]))
      return (latest(state, 'space')?.players ?? []).map((player) => {
        const { id, kind, cell, node, label } = player
        const found = byId.get(id)
        return [
          epoch + 1,
          id,
          kind,
          cell,
          node ?? null,
          label,
          chosen.has(id) ? 'yes' : 'no',
          found?.phi ?? null,
          found ? valueName(state, event) : null,
          found?.standardError ?? null,
          found?.low ?? null,
          found?.high ?? null,
          found?.unseen ?? null,
          found?.samples ?? null,
          alphas[id] ?? null,
          mixture[id] ?? null,
        ]
      })
    }),
  }),
  scores: (state) => ({
    columns: [
      'model',
      'repetition',
      'score',
      'validation score',
      'test score',
      'test macro F1',
      'test weighted F1',
      'test mean average precision',
      'parameters',
      'multiply-adds',
    ],
    rows: state.byType.model.map((event) => [
      event.model,
      event.repetition + 1,
      testScoreName(state),
      event.validationScore,
      event.testScore,
      event.testMacroF1,
      event.testWeightedF1 ?? null,
      event.testMeanAveragePrecision ?? null,
      event.parameters,
      event.multiplyAdds,
    ]),
  }),
  search: (state) => ({
    columns: [
      'epoch',
      'training loss',
      'supernet score',
      'derived score',
      'alpha distance',
      'evaluations',
      'cost',
    ],
    rows: state.byType['search-epoch'].map((event) => [
      event.epoch + 1,
      event.trainLoss,
      event.supernetScore,
      event.derivedScore,
      event.alphaDistance,
      event.shapley?.evaluations ?? null,
      event.cost,
    ]),
  }),
  training: (state) => ({
    columns: ['model', 'repetition', 'epoch', 'training loss', 'validation score'],
    rows: state.byType['model-epoch'].map((event) => [
      event.model,
      event.repetition + 1,
      event.epoch + 1,
      event.trainLoss,
      event.validationScore,
    ]),
  }),
  backbones: (state) => ({
    columns: ['modality', 'epoch', 'training loss', 'validation score'],
    rows: state.byType['backbone-epoch'].map((event) => [
      event.modality,
      event.epoch + 1,
      event.trainLoss,
      event.validationScore,
    ]),
  }),
  predictions: (state) => {
    const told = latest(state, 'predictions')
    if (told?.task === 'multi-label') return labelSetsTable(told)
    return {
      columns: ['test sample', 'label', 'predicted', 'correct'],
      rows: (told?.labels ?? []).map((label, i) => [
        i + 1,
        told!.classes[label],
        told!.classes[told!.predicted[i]],
        label === told!.predicted[i] ? 'yes' : 'no',
      ]),
    }
  },
  classes: (state) => {
    const { classes = [], perClass = [] } = latest(state, 'predictions') ?? {}
    return {
      columns: ['class', 'test samples', 'precision', 'recall', 'F1', 'average precision'],
      rows: perClass.map((own, i) => [
        classes[i],
        own.support,
        own.precision,
        own.recall,
        own.f1,
        own.averagePrecision,
      ]),
    }
  },
  calibration: (state) => {
    const told = latest(state, 'calibration')
    const parts = told ? [[1, told.before] as const, [told.temperature, told.after] as const] : []
    return {
      columns: ['temperature', 'confidence from', 'confidence to', 'answers', 'mean confidence', 'right'],
      rows: parts.flatMap(([temperature, { bins }]) =>
        bins.map(({ count, confidence, accuracy }, i) => [
          temperature,
          i / bins.length,
          (i + 1) / bins.length,
          count,
          confidence,
          accuracy,
        ]),
      ),
    }
  },
}

/** Classes of a sample are divided by semicolons. */
function labelSetsTable({
  classes,
  labelSets = [],
  predictedSets = [],
}: Pick<EventOf<'predictions'>, 'classes' | 'labelSets' | 'predictedSets'>): Table {
  const names = (labels: readonly number[]) => labels.map((label) => classes[label]).join('; ')
  return {
    columns: ['test sample', 'labels', 'predicted', 'all correct'],
    rows: labelSets.map((labels, i) => {
      const [truth, answer] = [names(labels), names(predictedSets[i] ?? [])]
      return [i + 1, truth, answer, truth === answer ? 'yes' : 'no']
    }),
  }
}
