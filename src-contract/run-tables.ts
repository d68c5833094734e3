import { choicesOf } from './architecture.ts'
import { latest, type RunState } from './run-state.ts'
import type { Table } from './table.ts'

type Name = 'contributions' | 'scores' | 'search' | 'training' | 'backbones' | 'predictions'

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
      'standard error',
      'low',
      'high',
      'samples',
      'alpha',
      'weight',
    ],
    rows: state.byType['search-epoch'].flatMap(({ epoch, shapley, genotype, alphas, mixture }) => {
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
          found?.standardError ?? null,
          found?.low ?? null,
          found?.high ?? null,
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
      'validation score',
      'test score',
      'test macro F1',
      'parameters',
      'multiply-adds',
    ],
    rows: state.byType.model.map((event) => [
      event.model,
      event.repetition + 1,
      event.validationScore,
      event.testScore,
      event.testMacroF1,
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
}
