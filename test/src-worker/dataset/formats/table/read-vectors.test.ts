import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseVector } from '#worker/dataset/formats/table/read-vectors.ts'

test('a vector comes back from each notation as it was', () => {
  const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })
  fc.assert(
    fc.property(numbers, (vector) => {
      const expected = vector.map((number) => number + 0)
      for (const text of [vector.join(' '), vector.join(';'), vector.join(' ; '), JSON.stringify(vector)])
        expect(parseVector(text)?.map((number) => number + 0)).toEqual(expected)
    }),
  )
  for (const text of ['', ' ', '1,2', '1;;2', '[1', '[]', '[1,]', '0x10', '1e', 'Infinity', '1 2]'])
    expect({ text, vector: parseVector(text) }).toEqual({ text, vector: undefined })
})
