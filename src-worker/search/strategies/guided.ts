import type { Contribution } from '#contract/shapley.ts'
import { followsGradient, isValued } from '#contract/config/strategy.ts'
import { vector } from '../../run-directory/safetensors.ts'
import { derive } from '../../space/derive.ts'
import { alphaGradient, mixtureFromAlphas } from '../../space/players.ts'
import type { StrategyContext, StrategyRun } from '../strategy.ts'
import { AdamAlphas } from './adam-alphas.ts'
import { PhiAlphas } from './phi-alphas.ts'

/**
 * A search that values players and moves α along φ, against the gradient of the validation loss, or both
 * (`search.alphaUpdate`). It derives by α or by the newest φ (`search.deriveBy`; by α until there is one).
 */
export function startGuided(context: StrategyContext): StrategyRun {
  const { config, space, players, alphas: initial, value, mixtureGradient, costs } = context
  const { search, valuation } = config
  const alphas = initial.slice()
  const steps = new PhiAlphas(players, alphas, valuation)
  const adam = followsGradient(search) ? new AdamAlphas(alphas, search) : null
  let spent = 0
  let newest: number[] | null = null
  const mixture = () => mixtureFromAlphas(players, alphas)
  return {
    alphas,
    /** A gradient takes a forward and a backward pass of one minibatch. */
    get cost() {
      return spent + 3 * (adam?.steps ?? 0) * costs.minibatch
    },
    // left out without a gradient: being called moves the dictionaries' steps
    ...(adam && {
      async afterCall(step, weights, extra) {
        adam.descend(alphaGradient(players, mixture(), await mixtureGradient(step, weights, extra)))
      },
    }),
    async afterWeights(epoch, supernet) {
      if (!isValued(search, valuation, epoch)) return null
      const shapley = await value(epoch, supernet, mixture())
      spent += shapley.evaluations * costs.evaluation
      newest = shapley.contributions.map(({ phi }) => phi)
      // what opens the next epoch is done now (isValued): the rest of α is counted in epochs that have begun
      const begun = search.strategy === 'shapley-nas' ? epoch + 1 : epoch
      const followed = valuation.alphaFollows === 'phi' ? newest : shapley.contributions.map(phiLessDeviation)
      if (search.alphaUpdate !== 'gradient') steps.follow(followed, begun)
      return shapley
    },
    // exp, so that the φ of a pair of sources add up
    propose: () => [derive(space, search.deriveBy === 'phi' && newest ? newest.map(Math.exp) : mixture())],
    save: () => ({
      alphas: vector(alphas.slice()),
      ...steps.save(),
      ...adam?.save(),
      cost: vector(Float64Array.of(spent)),
      ...(newest && { phi: vector(Float64Array.from(newest)) }),
    }),
    restore(tensors) {
      alphas.set(tensors['alphas'].data as Float64Array)
      steps.restore(tensors)
      adam?.restore(tensors)
      spent = (tensors['cost'].data as Float64Array)[0]
      newest = tensors['phi'] ? [...(tensors['phi'].data as Float64Array)] : null
    },
  }
}

/** φ − sd of the contributions it is the mean of, ddof 0 (Shapley-NAS's public code): se = sd·√(m/(m − 1))/√m. */
const phiLessDeviation = ({ phi, standardError, samples }: Contribution): number =>
  phi - (standardError ?? 0) * Math.sqrt(samples - 1)
