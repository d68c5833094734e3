import type { Tensor } from '../../graph/tensor.ts'
import { type FusionSpace, sourcesOfCell, sourcesOfNode } from '../../space/space.ts'
import type { CellStep } from './plan.ts'

/**
 * Steps of a cell as rows of numbers. Beside their weights they say what is to be computed anew (1) and what is still
 * there from the step before (0): the sum s; every operation that is present, at its first step with what its node
 * reads; the output of the cell.
 */
export function numbersOf(steps: readonly CellStep[]): Float32Array {
  let sum: string | undefined
  let output: string | undefined
  const known = new Map<string, string>()
  const rows = steps.map((step) => {
    const row = [isNew(sum, step.sum), isNew(output, cellOutputOf(step)), ...step.edges]
    sum = step.sum
    output = cellOutputOf(step)
    for (const [i, { scale, earlier, operations, input }] of step.nodes.entries()) {
      row.push(scale, ...earlier, ...operations)
      operations.forEach((weight, k) => {
        const wanted = weight > 0 && known.get(`${i} ${k}`) !== input
        if (wanted) known.set(`${i} ${k}`, input)
        row.push(Number(wanted))
      })
    }
    return row
  })
  return Float32Array.from(rows.flat())
}

const isNew = (before: string | undefined, now: string) => Number(before !== now)

/** A name of the cell's output, whatever the earlier cells put out beside it. */
const cellOutputOf = ({ sum, nodes }: CellStep) =>
  [sum, ...nodes.map(({ input, operations }) => `${input}|${operations.join()}`)].join(' ')

/** The tensors `[1]` of a step inside a graph, named as in `CellStep`. */
interface StepTensors {
  readonly newSum: Tensor
  readonly newOutput: Tensor
  readonly edges: readonly Tensor[]
  readonly nodes: readonly {
    readonly scale: Tensor
    readonly earlier: readonly Tensor[]
    readonly operations: readonly Tensor[]
    readonly newResults: readonly Tensor[]
  }[]
}

/** How many numbers a step of a cell has. */
export function widthOf(space: FusionSpace, cell: number): number {
  const nodes = Array.from({ length: space.config.steps }, (_, node) => node)
  const ofNodes = nodes.map((node) => sourcesOfNode(node).length - 1 + 2 * space.operations.length)
  return 2 + sourcesOfCell(space, cell).length + ofNodes.reduce((sum, count) => sum + count, 0)
}

/** Tells the numbers of a step apart; `parts` are as many as `widthOf` says. */
export function readStep(space: FusionSpace, cell: number, parts: readonly Tensor[]): StepTensors {
  let position = 0
  const take = (count: number) => parts.slice(position, (position += count))
  const [newSum, newOutput] = take(2)
  const edges = take(sourcesOfCell(space, cell).length)
  const count = space.operations.length
  const nodes = Array.from({ length: space.config.steps }, (_, node) => {
    const [scale, ...earlier] = take(sourcesOfNode(node).length - 1)
    return { scale, earlier, operations: take(count), newResults: take(count) }
  })
  return { newSum, newOutput, edges, nodes }
}
