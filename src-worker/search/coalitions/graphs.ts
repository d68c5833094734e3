import type { OperationName } from '#contract/genotype.ts'
import {
  add,
  batchNormLine,
  concat,
  conditional,
  expand,
  gather,
  gemm,
  greater,
  multiply,
  reshape,
  scan,
} from '../../graph/functions.ts'
import { Graph } from '../../graph/graph.ts'
import type { Shape, Tensor } from '../../graph/tensor.ts'
import { elementCount } from '../../graph/tensor.ts'
import {
  buildCellOutput,
  buildHead,
  buildOperation,
  inputsOf,
  normaliseCell,
  readSteps,
  type StepOf,
} from '../../space/fusion.ts'
import { prepare, rowsOf } from '../../space/layers.ts'
import { normaliseFixed } from '../../space/product.ts'
import type { FusionSpace } from '../../space/space.ts'
import { reshapeFeatures, supernet } from '../../space/supernet.ts'
import { buildNetwork } from '../../training/builder.ts'
import type { Builder, Network } from '../../training/network.ts'
import { readStep, widthOf } from './step-numbers.ts'

/** A graph whose weights and statistics are inputs of their own, by their names. */
export interface EvaluationGraph {
  readonly graph: Graph
  readonly parameters: readonly string[]
  /** Batch norms; their inputs are `<name>/mean` and `<name>/variance`. */
  readonly statistics: readonly string[]
  /** The inputs that stay the same as long as the weights do. */
  readonly fixed: ReadonlySet<string>
}

/**
 * What no mixture touches: inputs the features `[rows, length, channels]` by their ids, output `features`
 * `[features, rows · length · channels]` after their reshape layers.
 */
export function featureGraph(space: FusionSpace, rows: number): EvaluationGraph {
  const network = {
    inputs: inputsOf(space, space.features),
    classes: 1,
    build: (builder: Builder, inputs: Readonly<Record<string, Tensor>>) =>
      concat(
        reshapeFeatures(builder, space, inputs).map((feature) =>
          reshape(feature, [1, elementCount(feature.shape)]),
        ),
        0,
      ),
  }
  return evaluationGraph('features', network, rows, 'features')
}

/**
 * One cell, step after step: inputs `features`, `steps` `[steps, numbers]` (see `numbersOf`) and, from the second cell
 * on, `sources` `[steps, earlier cells]` and the outputs `cell 0`, … `[outputs, rows, length, channels]` that these
 * count. Output `outputs` `[steps, rows, length, channels]`; in the last cell `logits` `[steps, rows, classes]`.
 *
 * What a step shares with the one before it is kept from there.
 */
export function cellGraph(space: FusionSpace, classes: number, cell: number, rows: number): EvaluationGraph {
  const { cells, length, channels } = space.config
  const shape = [rows, length, channels]
  const last = cell === cells - 1
  const { dictionaries } = supernet(space, classes)
  const network = {
    inputs: {},
    classes,
    build(builder: Builder) {
      const { graph } = builder
      const features = graph.input('features', [space.features.length, elementCount(shape)])
      const earlier = Array.from({ length: cell }, (_, i) => graph.input(`cell ${i}`, [-1, ...shape]))
      const scanned = [graph.input('steps', [-1, widthOf(space, cell)])]
      if (cell > 0) scanned.push(graph.input('sources', [-1, cell], 'int64'))
      const stepOf = readSteps(builder, dictionaries)
      const nothing = expand(graph.constant(0), shape)
      const kept = 1 + (last ? 1 : 0) + space.config.steps * space.operations.filter(isKept).length
      const { outputs } = scan(graph, {
        name: 'step',
        states: Array.from({ length: kept }, () => nothing),
        scanned,
        body: (states, [numbers, sources]) =>
          builder.scope(`cell ${cell}`, () => {
            const read = earlier.map((outputs, i) => reshape(gather(outputs, rowsOf(sources)[i], 0), shape))
            return buildStep({ builder, space, classes, cell, last, features, read, stepOf }, states, numbers)
          }),
      })
      return outputs[0]
    },
  }
  return evaluationGraph(`cell ${cell}`, network, rows, last ? 'logits' : 'outputs')
}

interface StepContext {
  builder: Builder
  space: FusionSpace
  classes: number
  cell: number
  last: boolean
  features: Tensor
  read: readonly Tensor[]
  stepOf: StepOf
}

function buildStep(context: StepContext, states: readonly Tensor[], numbers: Tensor) {
  const { builder, space, classes, cell, last, features, read, stepOf } = context
  const step = readStep(space, cell, rowsOf(numbers))
  const [oldSum, ...rest] = states
  const oldOutput = last ? rest.shift()! : undefined
  const shape = oldSum.shape
  const sum = conditional(
    isSet(step.newSum),
    () => mixEdges(features, read, step.edges, shape),
    () => oldSum,
  )
  const results: Tensor[] = []
  const outputs: Tensor[] = []
  let cellOutput = () => sum
  for (const [node, { scale, earlier, operations, newResults }] of step.nodes.entries()) {
    builder.scope(`step ${node}`, () => {
      const input = addWeighted(outputs, earlier, multiply(sum, scale))
      const own = space.operations.map((operation, k) => {
        const build = () => buildOperation(builder, space, { cell, node, operation }, [input, input], stepOf)
        if (!isKept(operation)) return build
        const result = conditional(isSet(newResults[k]), build, () => rest[results.length])
        results.push(result)
        return () => result
      })
      const mixed = () => addPresent(own, operations, expand(builder.graph.constant(0), shape))
      if (node + 1 < step.nodes.length) outputs.push(mixed())
      else if (node > 0) cellOutput = () => buildCellOutput(builder, space, cell, [...outputs, mixed()], sum)
      // a single node adds up with the cell's input right away
      else cellOutput = () => normaliseCell(builder, cell, addPresent(own, operations, sum))
    })
  }
  if (!last) return { states: [sum, ...results], outputs: [cellOutput()] }
  const output = conditional(isSet(step.newOutput), cellOutput, () => oldOutput!)
  return { states: [sum, output, ...results], outputs: [buildHead(builder, [...read, output], classes)] }
}

const isSet = (flag: Tensor) => greater(flag, 0)

/** A sum costs less than keeping it. */
const isKept = (operation: OperationName) => operation !== 'sum'

/** s: the features in one product `[1, features] · [features, rows · length · channels]`, then the earlier cells. */
function mixEdges(features: Tensor, read: readonly Tensor[], edges: readonly Tensor[], shape: Shape): Tensor {
  const count = edges.length - read.length
  const weights = reshape(concat(edges.slice(0, count), 0), [1, count])
  const cells = read.map((output) => () => output)
  return addPresent(cells, edges.slice(count), reshape(gemm(weights, features), shape))
}

/** start + Σ wᵢ·xᵢ; what is absent is not read, so that it may hold anything. */
function addPresent(xs: readonly (() => Tensor)[], weights: readonly Tensor[], start: Tensor): Tensor {
  return xs.reduce(
    (sum, x, i) =>
      conditional(
        greater(weights[i], 0),
        () => add(sum, multiply(x(), weights[i])),
        () => sum,
      ),
    start,
  )
}

/** start + Σ wᵢ·xᵢ */
function addWeighted(xs: readonly Tensor[], weights: readonly Tensor[], start: Tensor): Tensor {
  return xs.reduce((sum, x, i) => add(sum, multiply(x, weights[i])), start)
}

function evaluationGraph(name: string, network: Network, rows: number, output: string): EvaluationGraph {
  const graph = new Graph({ name, symbol: 'steps' })
  const parameters = new Map<string, Tensor>()
  const statistics = new Map<string, { mean: Tensor; variance: Tensor }>()
  const { logits: result } = buildNetwork(network, graph, {
    batch: rows,
    fixedWeights: true,
    parameter(name, shape) {
      const tensor = parameters.get(name) ?? graph.input(name, shape)
      parameters.set(name, tensor)
      return tensor
    },
    normalise(name, x, weight, bias) {
      const mean = graph.input(`${name}/mean`, weight.shape)
      const variance = graph.input(`${name}/variance`, weight.shape)
      statistics.set(name, { mean, variance })
      const line = prepare(weight, () => batchNormLine(weight, bias, mean, variance))
      return normaliseFixed(x, line)
    },
    extra: (name, shape) => graph.input(name, shape),
    networkInput: (name, shape) => graph.input(name, shape),
  })
  graph.output(result, output)
  const fixed = new Set(['dictionary-steps', ...parameters.keys()])
  for (const { mean, variance } of statistics.values()) fixed.add(mean.name).add(variance.name)
  return { graph, parameters: [...parameters.keys()], statistics: [...statistics.keys()], fixed }
}
