import { vector } from '../../run-directory/safetensors.ts'
import { derive } from '../../space/derive.ts'
import { alphaGradient, mixtureFromAlphas } from '../../space/players.ts'
import { defineStrategy } from '../strategy.ts'
import { AdamAlphas } from './adam-alphas.ts'

/** α follows the gradient of the validation loss, first order (DARTS, Eq. 6 with ξ = 0; in BM-NAS's space BM-NAS). */
export const darts = defineStrategy({
  name: 'darts',
  description: 'α follows the gradient of the validation loss, one step of Adam per training step.',
  start({ config, space, players, alphas: initial, mixtureGradient, costs }) {
    const alphas = initial.slice()
    const adam = new AdamAlphas(alphas, config.search)
    return {
      alphas,
      /** A forward and a backward pass of one minibatch per step. */
      get cost() {
        return 3 * adam.steps * costs.minibatch
      },
      async afterCall(step, weights, extra) {
        const mixture = mixtureFromAlphas(players, alphas)
        adam.descend(alphaGradient(players, mixture, await mixtureGradient(step, weights, extra)))
      },
      propose: () => [derive(space, mixtureFromAlphas(players, alphas))],
      save: () => ({ alphas: vector(alphas.slice()), ...adam.save() }),
      restore(tensors) {
        alphas.set(tensors['alphas'].data as Float64Array)
        adam.restore(tensors)
      },
    }
  },
})
