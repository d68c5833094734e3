import { stream } from '../../random.ts'
import { vector } from '../../run-directory/safetensors.ts'
import { derive } from '../../space/derive.ts'
import { mixtureFromAlphas } from '../../space/players.ts'
import { defineStrategy } from '../strategy.ts'
import { PhiAlphas } from './phi-alphas.ts'

/**
 * The control of what φ says: α takes the steps of `sm-shapnas`, equally long in every tensor, but along normal noise.
 * Nothing is valued, so there is no φ to show.
 */
export const noise = defineStrategy({
  name: 'noise',
  description: 'A control: α takes steps of the same length as along Shapley values, in random directions.',
  start({ config, space, players, alphas: initial }) {
    const alphas = initial.slice()
    const steps = new PhiAlphas(players, alphas, config.valuation)
    return {
      alphas,
      cost: 0,
      afterWeights(epoch) {
        const draws = stream(config.seed, 'noise', epoch)
        steps.follow(
          players.map(() => draws.normal()),
          epoch,
        )
        return Promise.resolve(null)
      },
      propose: () => [derive(space, mixtureFromAlphas(players, alphas))],
      save: () => ({ alphas: vector(alphas.slice()), ...steps.save() }),
      restore(tensors) {
        alphas.set(tensors['alphas'].data as Float64Array)
        steps.restore(tensors)
      },
    }
  },
})
