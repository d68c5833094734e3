import type { Strategy } from '../strategy.ts'
import { darts } from './darts.ts'
import { noise } from './noise.ts'
import { random } from './random.ts'
import { smShapnas } from './sm-shapnas.ts'

/** The table of search strategies. */
export const strategies: Record<Strategy['name'], Strategy> = {
  'sm-shapnas': smShapnas,
  darts,
  random,
  noise,
}
