import { defineStrategy } from '../strategy.ts'
import { startGuided } from './guided.ts'

/**
 * φ and α come before the weights of an epoch, and nothing is valued while α rests (Shapley-NAS, as its public code
 * orders it). What opens an epoch is done at the end of the one before, with the same weights; so the last epoch ends with
 * its weights, and weights that have learnt nothing are not valued.
 */
export const shapleyNas = defineStrategy({
  name: 'shapley-nas',
  description: 'Shapley values move α before the weights of an epoch learn, after epochs in which α rests.',
  start: startGuided,
})
