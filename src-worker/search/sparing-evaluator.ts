import { isWantOfMemory } from '#contract/problem.ts'
import type { CoalitionEvaluator } from './coalition-evaluator.ts'

/** What values mixtures of a supernet. */
export type MixtureEvaluator = Pick<CoalitionEvaluator, 'evaluate' | 'release'>

/**
 * An evaluator that is replaced, once, by one for half as many samples at a time where the memory does not suffice;
 * `onHalved` is told of how many. Values do not depend on it, so the interrupted evaluation is simply made again.
 *
 * Training is never halved like this: its minibatch is part of the result.
 */
export async function createSparingEvaluator(
  create: (samples: number) => Promise<MixtureEvaluator>,
  samples: number,
  onHalved: (samples: number) => void,
): Promise<MixtureEvaluator> {
  let evaluator: MixtureEvaluator | null = null
  let left = samples
  const halve = async (error: unknown) => {
    if (!isWantOfMemory(error) || left < samples || left < 2) throw error
    left = Math.ceil(samples / 2)
    await evaluator?.release()
    evaluator = null
    onHalved(left)
    evaluator = await create(left)
  }
  try {
    evaluator = await create(left)
  } catch (error) {
    await halve(error)
  }
  return {
    async evaluate(...args) {
      try {
        return await evaluator!.evaluate(...args)
      } catch (error) {
        await halve(error)
        return await evaluator!.evaluate(...args)
      }
    },
    release: async () => void (await evaluator?.release()),
  }
}
