import type { Genotype } from '#contract/genotype.ts'
import { stream, type Random } from '../../random.ts'
import { derive } from '../../space/derive.ts'
import type { FusionSpace } from '../../space/space.ts'
import { countEvaluations } from '../valuation.ts'
import { defineStrategy } from '../strategy.ts'

/**
 * The control of every guided search: the supernet is trained equally long with the mixture that it began with, and
 * what `sm-shapnas` would spend on coalitions is spent, after the last epoch, on random genotypes.
 */
export const random = defineStrategy({
  name: 'random',
  description: 'Random genotypes, scored with the weights of a supernet, at the cost of the guided search.',
  start({ config, space, players, alphas, costs }) {
    return {
      alphas,
      cost: 0,
      async propose(epoch) {
        const draws = stream(config.seed, 'random-genotypes', epoch)
        if (epoch < config.search.epochs - 1) return [randomGenotype(space, players.length, draws)]
        const evaluations = config.search.epochs * (await countEvaluations(config, players))
        const count = Math.max(1, Math.floor((evaluations * costs.evaluation) / costs.score))
        return Array.from({ length: count }, () => randomGenotype(space, players.length, draws))
      },
      save: () => ({}),
      restore: () => {},
    }
  },
})

/** Uniform scores make every choice of a decision equally likely. */
function randomGenotype(space: FusionSpace, players: number, draws: Random): Genotype {
  return derive(
    space,
    Array.from({ length: players }, () => draws.next()),
  )
}
