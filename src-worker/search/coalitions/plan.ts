import { decisionsOf, playersOf } from '../../space/players.ts'
import type { FusionSpace } from '../../space/space.ts'

/** What one inner node reads and how it weighs its operations. */
interface NodeStep {
  /** The weight of the cell's sum s: both inputs of a cell are s, so their weights add up. */
  readonly scale: number
  /** The weights of the earlier inner nodes. */
  readonly earlier: readonly number[]
  readonly operations: readonly number[]
  /** Names what the node's operations read: where two names are equal, so are the tensors. */
  readonly input: string
}

/** One output of a cell, to be computed once for every mixture that has it. */
export interface CellStep {
  /** The weights of the features, then of the earlier cells. */
  readonly edges: readonly number[]
  /** For every earlier cell, which of its outputs this step reads. */
  readonly sources: readonly number[]
  readonly nodes: readonly NodeStep[]
  /** Names the cell's sum s. */
  readonly sum: string
  /** Names the cell's output. */
  readonly output: string
}

/** What many mixtures take together, cell after cell. */
export interface Plan {
  /**
   * The steps of every cell. Those whose inner nodes read the same stand together, so that an operation is computed
   * once for all of them. Steps of the last cell stand for whole networks and name the outputs of all earlier cells.
   */
  readonly cells: readonly (readonly CellStep[])[]
  /** For every mixture its step in the last cell. */
  readonly answers: readonly number[]
}

/**
 * The distinct computations behind mixtures `[players]` (after softmax and mask). An operation's result depends on
 * what its node reads, and not on which other operations are present; a node reads nothing where its weights are zero,
 * and puts out nothing without an operation; a cell without the edge to an earlier one does not depend on it.
 */
export function planMixtures(space: FusionSpace, mixtures: readonly Float32Array[]): Plan {
  const decisions = decisionsOf(playersOf(space))
  const { cells, steps } = space.config
  const sources: number[][] = mixtures.map(() => [])
  const planned: CellStep[][] = []
  for (let cell = 0; cell < cells; cell++) {
    const whole = cell === cells - 1
    const wanted = mixtures.map((mixture, i) => {
      const weights = (decision: string) => decisions.get(decision)!.map((player) => mixture[player])
      return cellStep(cell, steps, weights, sources[i], whole)
    })
    const distinct = [...new Map(wanted.map((step) => [step.output, step])).values()].sort(byWhatTheyRead)
    const numbers = new Map(distinct.map((step, number) => [step.output, number]))
    wanted.forEach((step, i) => sources[i].push(numbers.get(step.output)!))
    planned.push(distinct)
  }
  return { cells: planned, answers: sources.map((all) => all[cells - 1]) }
}

/** @param whole The step answers for the network, and so for the outputs of the earlier cells as well. */
function cellStep(
  cell: number,
  steps: number,
  weightsOf: (decision: string) => number[],
  sources: readonly number[],
  whole: boolean,
): CellStep {
  const edges = weightsOf(`cell${cell}/edge`)
  const features = edges.length - cell
  const sum = nameSum(edges, (i) => (i < features ? `${i}` : `${i}=${sources[i - features]}`))
  const nodes: NodeStep[] = []
  const outputs: string[] = []
  for (let node = 0; node < steps; node++) {
    const [x, y, ...earlier] = weightsOf(`cell${cell}/node${node}/edge`)
    const scale = Math.fround(x + y)
    const operations = weightsOf(`cell${cell}/node${node}/op`)
    const read = [sum, ...outputs]
    const weights = [scale, ...earlier].map((weight, i) => (read[i] === '' ? 0 : weight))
    const empty = operations.every((weight) => weight === 0)
    const input = empty ? '' : nameSum(weights, (i) => read[i])
    nodes.push({ scale, earlier, operations, input })
    outputs.push(empty ? '' : `<${input}|${nameSum(operations, String)}>`)
  }
  const used = sources.map((source, i) => (whole || edges[features + i] > 0 ? source : 0))
  const output = [sum, ...outputs, ...(whole ? sources : [])].join(' ')
  return { edges, sources: used, nodes, sum, output }
}

/** A weighted sum in words; nothing is the empty text. */
function nameSum(weights: readonly number[], name: (i: number) => string): string {
  return weights.flatMap((weight, i) => (weight === 0 ? [] : [`${weight}*(${name(i)})`])).join('+')
}

/** Steps with the same input at the first node stand together, within these those with the same s, and so on. */
function byWhatTheyRead(a: CellStep, b: CellStep): number {
  const first = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
  for (const [i, node] of a.nodes.entries()) {
    const order = first(node.input, b.nodes[i].input)
    if (order !== 0) return order
    if (i === 0 && a.sum !== b.sum) return first(a.sum, b.sum)
  }
  return first(a.output, b.output)
}
