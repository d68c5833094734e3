import type { Strategy } from '../strategy.ts'
import { darts } from './darts.ts'
import { noise } from './noise.ts'
import { random } from './random.ts'
import { shapleyNas } from './shapley-nas.ts'
import { smShapnas } from './sm-shapnas.ts'

/** The table of search strategies. */
export const strategies: Record<Strategy['name'], Strategy> = {
  'sm-shapnas': smShapnas,
  'shapley-nas': shapleyNas,
  darts,
  random,
  noise,
}
