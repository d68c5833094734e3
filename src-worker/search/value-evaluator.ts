import type { RunConfig } from '#contract/config.ts'
import type { FusionNetwork } from '../space/fusion.ts'
import { withStatistics } from './batch-statistics-evaluator.ts'
import { CoalitionEvaluator } from './coalition-evaluator.ts'
import { passageOf } from './coalitions/sizes.ts'
import type { SearchTask } from './search-task.ts'
import { createSparingEvaluator, type MixtureEvaluator } from './sparing-evaluator.ts'

/** Samples that one call of the coalition evaluator takes at most. */
const largestBatch = 256

/** Nobody has yet tried ONNX Runtime on several threads of JavaScript under Electron. */
const threadsAreTried = process.versions['electron'] === undefined

/**
 * What values the coalitions of a supernet on so many samples, with the batch-norm statistics that `valuation` asks for.
 * @param onHalved Told where memory allowed only half as many samples at a time.
 */
export async function openValueEvaluator(
  { config, space, set, device }: SearchTask,
  network: FusionNetwork,
  {
    samples,
    valuation = config.valuation,
    onHalved = () => {},
  }: { samples: number; valuation?: RunConfig['valuation']; onHalved?: (samples: number) => void },
): Promise<MixtureEvaluator> {
  const { threads } = config
  const alone = device !== 'cpu' || valuation.batchStatistics === 'batch' || !threadsAreTried
  const passage = passageOf(space.config, Math.min(largestBatch, samples), alone ? 1 : threads)
  const { lanes } = passage
  const engine = { device, threads: lanes > 1 ? 1 : threads }
  const sparing = await createSparingEvaluator(
    (rows) => CoalitionEvaluator.create(space, set.classes.length, { rows, lanes, ...engine }),
    passage.rows,
    onHalved,
  )
  return withStatistics(valuation, sparing, network, { device, threads })
}
