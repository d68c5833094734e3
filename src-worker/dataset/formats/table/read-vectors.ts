import { hashOf, storeNothing } from './column.ts'
import type { Cell, Column } from './column.ts'

/** Vectors of the length that most of them have; others are rejected. */
export function readVectors(cells: readonly Cell[]): Column {
  const vectors = cells.map(({ text, reject }) => {
    const numbers = parseVector(text)
    if (!numbers) reject('it is not a list of finite numbers')
    return numbers ?? []
  })
  const length = mostFrequent(vectors.map((vector) => vector.length).filter((length) => length > 0))
  const data = new Float32Array(cells.length * length)
  vectors.forEach((vector, index) => {
    if (vector.length === length) data.set(vector, index * length)
    else if (vector.length > 0) cells[index]!.reject(`it has ${vector.length} numbers, most have ${length}`)
  })
  const contents = vectors.map((vector) => hashOf(JSON.stringify(vector)))
  return { values: { type: 'vector', data, length }, contents, store: storeNothing }
}

/** Of equally frequent numbers the first; 0 of none. */
function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
  const [first] = [...counts].sort(([, a], [, b]) => b - a)
  return first?.[0] ?? 0
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** `0.1 0.2`, `0.1;0.2` or `[0.1, 0.2]` as float32 numbers; undefined when one is none, or not finite in 32 bits. */
export function parseVector(text: string): number[] | undefined {
  const inner = /^\[(.*)\]$/s.exec(text)
  const words = inner ? inner[1]!.split(',') : text.split(/\s*;\s*|\s+/)
  const numbers = words.map((word) => (decimal.test(word.trim()) ? Math.fround(Number(word)) : NaN))
  return numbers.every(Number.isFinite) ? numbers : undefined
}
