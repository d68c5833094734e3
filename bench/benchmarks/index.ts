import type { Benchmark } from '../benchmark.ts'
import { coalitions } from './coalitions.ts'
import { ablation } from './ablation.ts'
import { demoScore } from './demo-score.ts'
import { estimatorBands } from './estimators.ts'
import { featureMemory } from './feature-memory.ts'
import { indexRebuilding } from './rebuild-index.ts'
import { trainingStep } from './training-step.ts'
import { twoWorkers } from './two-workers.ts'
import { workbench } from './workbench.ts'

export const benchmarks: readonly Benchmark[] = [
  coalitions,
  trainingStep,
  twoWorkers,
  demoScore,
  workbench,
  indexRebuilding,
  estimatorBands,
  featureMemory,
  ablation,
]
