import { gradient } from '#worker/graph/gradient.ts'
import { add, multiply, reduceSum } from '#worker/graph/functions.ts'
import { Graph } from '#worker/graph/graph.ts'
import { elementCount, type Shape, type Tensor } from '#worker/graph/tensor.ts'
import { encodeModel } from '#worker/onnx/encode.ts'
import { createSession, floats } from '#worker/onnx/session.ts'
import { stream, type Random } from '#worker/random.ts'

/** Where the values of an input lie, so that no finite difference crosses a kink. */
type Range = 'normal' | 'positive' | 'away from zero' | 'far apart'

export interface Case {
  readonly title: string
  readonly shapes: readonly Shape[]
  readonly ranges?: readonly Range[]
  readonly build: (...inputs: Tensor[]) => Tensor | Tensor[]
}

export interface Comparison {
  /** Largest difference between gradient and finite difference over the largest gradient, per input. */
  readonly errors: number[]
  /** The same for the gradient scaled by 1.01. */
  readonly errorsScaled: number[]
}

const step = 1e-2

/** Compares gradients of Σ weight · y with fourth-order central differences at every element of every input. */
export async function compare({ title, shapes, ranges, build }: Case): Promise<Comparison> {
  const graph = new Graph()
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, shape))
  const outputs = [build(...inputs)].flat()
  const weights = outputs.map((y) =>
    Float32Array.from({ length: elementCount(y.shape) }, (_, i) => Math.cos(1.3 * i + 0.4)),
  )
  const terms = outputs.map((y, i) => reduceSum(multiply(y, graph.constant(weights[i], y.shape))))
  const loss = terms.reduce((sum, term) => add(sum, term))
  gradient(loss, inputs).forEach((slope, i) => graph.output(slope, `slope${i}`))
  outputs.forEach((y, i) => graph.output(y, `y${i}`))
  const session = await createSession(encodeModel(graph))

  const random = stream(7, title)
  const data = shapes.map((shape, i) => draw(elementCount(shape), ranges?.[i] ?? 'normal', random))
  const run = (values: Float32Array[]) =>
    session.run(Object.fromEntries(values.map((value, i) => [`x${i}`, floats(value, shapes[i])])))
  const evaluate = async (input: number, element: number, delta: number) => {
    const moved = data.map((values) => values.slice())
    moved[input][element] += delta
    const exact = moved[input][element] - data[input][element]
    const results = await run(moved)
    let total = 0
    outputs.forEach((_, i) =>
      results[`y${i}`].data.forEach((y: number | bigint, j: number) => (total += Number(y) * weights[i][j])),
    )
    return { total, exact }
  }
  const at = await run(data)
  const errors: number[] = []
  const errorsScaled: number[] = []
  for (let i = 0; i < shapes.length; i++) {
    const slopes = at[`slope${i}`].data as Float32Array
    const largest = Math.max(...slopes.map(Math.abs))
    let worst = 0
    let worstScaled = 0
    for (let j = 0; j < slopes.length; j++) {
      const near = [await evaluate(i, j, step), await evaluate(i, j, -step)]
      const far = [await evaluate(i, j, 2 * step), await evaluate(i, j, -2 * step)]
      const slopeOf = ([plus, minus]: { total: number; exact: number }[]) =>
        (plus.total - minus.total) / (plus.exact - minus.exact)
      const expected = (4 * slopeOf(near) - slopeOf(far)) / 3
      worst = Math.max(worst, Math.abs(expected - slopes[j]) / largest)
      worstScaled = Math.max(worstScaled, Math.abs(expected - 1.01 * slopes[j]) / largest)
    }
    errors.push(worst)
    errorsScaled.push(worstScaled)
  }
  await session.release()
  return { errors, errorsScaled }
}

function draw(count: number, range: Range, random: Random): Float32Array {
  if (range === 'far apart') {
    const order = random.permutation(count)
    return Float32Array.from(order, (rank) => 0.2 * (rank - count / 2) + 0.05)
  }
  return Float32Array.from({ length: count }, () => {
    const value = random.normal()
    if (range === 'positive') return 0.5 + random.next()
    return range === 'away from zero' ? value + Math.sign(value) * 0.3 : value
  })
}
