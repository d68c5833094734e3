import { initialAlphaState, updateAlphas } from '../../shapley/alpha-update.ts'
import { derive } from '../../space/derive.ts'
import { mixtureFromAlphas } from '../../space/players.ts'
import { joinAlphas, phiByTensor, splitAlphas } from '../alphas.ts'
import { defineStrategy } from '../strategy.ts'

/** α moves along the Shapley values of edges and operations (SM-ShapNAS, Algorithm 1). */
export const smShapnas = defineStrategy({
  name: 'sm-shapnas',
  description: 'α follows the Shapley value of every edge and operation, estimated from validation accuracy.',
  stepsPerCall: 8,
  start({ config, space, players, alphas, value, costs }) {
    const { alphaStep, momentum, alphaWarmup } = config.valuation
    let state = initialAlphaState(splitAlphas(players, alphas))
    let cost = 0
    const current = () => joinAlphas(players, state.alphas)
    return {
      get alphas() {
        return current()
      },
      get cost() {
        return cost
      },
      async afterWeights(epoch, supernet) {
        const shapley = await value(epoch, supernet, mixtureFromAlphas(players, current()))
        cost += shapley.evaluations * costs.evaluation
        const settings = { step: alphaStep, momentum, warmup: alphaWarmup }
        state = updateAlphas(state, phiByTensor(players, shapley.contributions), epoch, settings)
        return shapley
      },
      propose: () => [derive(space, mixtureFromAlphas(players, current()))],
      save: () => ({
        alphas: vector(current()),
        momentum: vector(joinAlphas(players, state.momentum)),
        cost: vector(Float64Array.of(cost)),
      }),
      restore(tensors) {
        state = {
          alphas: splitAlphas(players, tensors['alphas'].data as Float64Array),
          momentum: splitAlphas(players, tensors['momentum'].data as Float64Array),
        }
        cost = (tensors['cost'].data as Float64Array)[0]
      },
    }
  },
})

const vector = (data: Float64Array) => ({ shape: [data.length], data })
