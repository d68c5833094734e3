import type { ChartDefinition } from '../chart.ts'
import { backbones } from './backbones.ts'
import { modelTraining } from './model-training.ts'
import { trainingLoss } from './training-loss.ts'
import { validationScore } from './validation-score.ts'

/** The curves of a run, in the order of the page; those of one group share their cursor. */
export const runCharts: readonly { chart: ChartDefinition; group?: string }[] = [
  { chart: validationScore, group: 'search' },
  { chart: trainingLoss, group: 'search' },
  { chart: backbones },
  { chart: modelTraining },
]
