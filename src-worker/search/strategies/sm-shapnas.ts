import { defineStrategy } from '../strategy.ts'
import { startGuided } from './guided.ts'

/** α moves along the Shapley values of edges and operations, estimated after the weights of an epoch (SM-ShapNAS, Algorithm 1). */
export const smShapnas = defineStrategy({
  name: 'sm-shapnas',
  description: 'α follows the Shapley value of every edge and operation, estimated from validation accuracy.',
  start: startGuided,
})
