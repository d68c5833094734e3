import { expect, it } from 'vitest'
import { Problem } from '#contract/problem.ts'
import { createSparingEvaluator, type MixtureEvaluator } from '#worker/search/sparing-evaluator.ts'

const state = { weights: new Float32Array(0), statistics: new Float32Array(0), steps: new Float32Array(0) }
const problem = new Problem('out-of-memory', 'cell 0', 'bad_alloc')

/** Evaluators that get no memory for more than `most` samples, at their making or at work. */
function shortOfMemory(most: number, when: 'made' | 'evaluating', want: Error = problem) {
  const made: number[] = []
  const released: number[] = []
  const create = async (samples: number): Promise<MixtureEvaluator> => {
    made.push(samples)
    if (when === 'made' && samples > most) throw want
    return {
      evaluate: async (_state, _inputs, count, mixtures) => {
        if (samples > most) throw want
        return new Float32Array(count * mixtures.length).fill(0.5)
      },
      release: async () => void released.push(samples),
    }
  }
  return { create, made, released }
}

const evaluate = (evaluator: MixtureEvaluator) =>
  evaluator.evaluate(state, {}, 3, [Float32Array.of(1), Float32Array.of(0)])

it.each(['made', 'evaluating'] as const)(
  'where the memory does not suffice when %s, half as many samples are taken at a time, and that is told',
  async (when) => {
    const { create, made, released } = shortOfMemory(60, when)
    const told: number[] = []
    const evaluator = await createSparingEvaluator(create, 100, (samples) => told.push(samples))
    expect(await evaluate(evaluator)).toEqual(new Float32Array(6).fill(0.5))
    expect(await evaluate(evaluator)).toHaveLength(6)
    expect({ made, told, released }).toEqual({
      made: [100, 50],
      told: [50],
      released: when === 'made' ? [] : [100],
    })
    await evaluator.release()
    expect(released.at(-1)).toBe(50)
  },
)

it('memory that Node does not get is no other want', async () => {
  const want = new RangeError('Array buffer allocation failed')
  const { create, made } = shortOfMemory(60, 'evaluating', want)
  const evaluator = await createSparingEvaluator(create, 100, () => {})
  expect(await evaluate(evaluator)).toHaveLength(6)
  expect(made).toEqual([100, 50])
})

it('what still does not fit is a problem: it is halved once only', async () => {
  const { create, made } = shortOfMemory(10, 'evaluating')
  const evaluator = await createSparingEvaluator(create, 100, () => {})
  await expect(evaluate(evaluator)).rejects.toMatchObject({ code: 'out-of-memory', where: 'cell 0' })
  expect(made).toEqual([100, 50])
  await expect(evaluate(evaluator)).rejects.toMatchObject({ code: 'out-of-memory' })
  expect(made).toEqual([100, 50])
})

it('anything else that goes wrong is left as it is', async () => {
  const create = async (): Promise<MixtureEvaluator> => ({
    evaluate: () => Promise.reject(new Problem('engine-failed', 'cell 0', 'no')),
    release: async () => {},
  })
  const told: number[] = []
  const evaluator = await createSparingEvaluator(create, 100, (samples) => told.push(samples))
  await expect(evaluate(evaluator)).rejects.toMatchObject({ code: 'engine-failed' })
  expect(told).toEqual([])
})
