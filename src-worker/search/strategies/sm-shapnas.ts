import { vector } from '../../run-directory/safetensors.ts'
import { derive } from '../../space/derive.ts'
import { mixtureFromAlphas } from '../../space/players.ts'
import { defineStrategy } from '../strategy.ts'
import { PhiAlphas } from './phi-alphas.ts'

/** α moves along the Shapley values of edges and operations (SM-ShapNAS, Algorithm 1). */
export const smShapnas = defineStrategy({
  name: 'sm-shapnas',
  description: 'α follows the Shapley value of every edge and operation, estimated from validation accuracy.',
  stepsPerCall: 8,
  start({ config, space, players, alphas: initial, value, costs }) {
    const { alphaStep, momentum, alphaWarmup } = config.valuation
    const alphas = initial.slice()
    const steps = new PhiAlphas(players, alphas, { step: alphaStep, momentum, warmup: alphaWarmup })
    let cost = 0
    return {
      alphas,
      get cost() {
        return cost
      },
      async afterWeights(epoch, supernet) {
        const shapley = await value(epoch, supernet, mixtureFromAlphas(players, alphas))
        cost += shapley.evaluations * costs.evaluation
        const phi = shapley.contributions.map((contribution) => contribution.phi)
        steps.follow(phi, epoch)
        return shapley
      },
      propose: () => [derive(space, mixtureFromAlphas(players, alphas))],
      save: () => ({ alphas: vector(alphas.slice()), ...steps.save(), cost: vector(Float64Array.of(cost)) }),
      restore(tensors) {
        alphas.set(tensors['alphas'].data as Float64Array)
        steps.restore(tensors)
        cost = (tensors['cost'].data as Float64Array)[0]
      },
    }
  },
})
