import type { RunConfig } from '#contract/config.ts'
import type { FusionNetwork } from '../space/fusion.ts'
import { withStatistics } from './batch-statistics-evaluator.ts'
import { CoalitionEvaluator } from './coalition-evaluator.ts'
import { rowsPerRun } from './coalitions/sizes.ts'
import type { SearchTask } from './search-parts.ts'
import { createSparingEvaluator, type MixtureEvaluator } from './sparing-evaluator.ts'

/** Samples that one call of the coalition evaluator takes at most. */
const largestBatch = 256

/**
 * What values the coalitions of a supernet on so many samples, with the batch-norm statistics that `valuation` asks for.
 * @param onHalved Told where memory allowed only half as many samples at a time.
 */
export async function openValueEvaluator(
  { config, space, set, device }: Pick<SearchTask, 'config' | 'space' | 'set' | 'device'>,
  network: FusionNetwork,
  {
    samples,
    valuation = config.valuation,
    onHalved = () => {},
  }: { samples: number; valuation?: RunConfig['valuation']; onHalved?: (samples: number) => void },
): Promise<MixtureEvaluator> {
  const { threads } = config
  const sparing = await createSparingEvaluator(
    (batchSize) => CoalitionEvaluator.create(space, set.classes.length, { batchSize, device, threads }),
    rowsPerRun(space.config, Math.min(largestBatch, samples)),
    onHalved,
  )
  return withStatistics(valuation, sparing, network, { device, threads })
}
