import { derive } from '../../space/derive.ts'
import { alphaGradient, mixtureFromAlphas } from '../../space/players.ts'
import { defineStrategy } from '../strategy.ts'

const beta1 = 0.5
const beta2 = 0.999
const epsilon = 1e-8

/** α follows the gradient of the validation loss, first order (DARTS, Eq. 6 with ξ = 0; in BM-NAS's space BM-NAS). */
export const darts = defineStrategy({
  name: 'darts',
  description: 'α follows the gradient of the validation loss, one step of Adam per training step.',
  stepsPerCall: 1,
  start({ config, space, players, alphas: initial, mixtureGradient, costs }) {
    const { alphaLearningRate, alphaWeightDecay } = config.search
    const alphas = initial.slice()
    const m = new Float64Array(alphas.length)
    const v = new Float64Array(alphas.length)
    let steps = 0
    return {
      alphas,
      /** A forward and a backward pass of one minibatch per step. */
      get cost() {
        return 3 * steps * costs.minibatch
      },
      async afterCall(step, weights, extra) {
        const mixture = mixtureFromAlphas(players, alphas)
        const slopes = alphaGradient(players, mixture, await mixtureGradient(step, weights, extra))
        steps += 1
        for (let i = 0; i < alphas.length; i++) {
          const slope = slopes[i] + alphaWeightDecay * alphas[i]
          m[i] = beta1 * m[i] + (1 - beta1) * slope
          v[i] = beta2 * v[i] + (1 - beta2) * slope * slope
          const scale = Math.sqrt(v[i] / (1 - beta2 ** steps)) + epsilon
          alphas[i] -= (alphaLearningRate * m[i]) / (1 - beta1 ** steps) / scale
        }
      },
      propose: () => [derive(space, mixtureFromAlphas(players, alphas))],
      save: () => ({
        alphas: { shape: [alphas.length], data: alphas.slice() },
        'alpha-m': { shape: [m.length], data: m.slice() },
        'alpha-v': { shape: [v.length], data: v.slice() },
        'alpha-steps': { shape: [1], data: Float64Array.of(steps) },
      }),
      restore(tensors) {
        alphas.set(tensors['alphas'].data as Float64Array)
        m.set(tensors['alpha-m'].data as Float64Array)
        v.set(tensors['alpha-v'].data as Float64Array)
        steps = Number(tensors['alpha-steps'].data[0])
      },
    }
  },
})
