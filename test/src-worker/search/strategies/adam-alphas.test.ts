import { expect, it } from 'vitest'
import { AdamAlphas } from '#worker/search/strategies/adam-alphas.ts'

const settings = { alphaLearningRate: 3e-4, alphaWeightDecay: 1e-3 }

it('is Adam with β (0.5, 0.999) and the decay in the slope (DARTS)', () => {
  const alphas = Float64Array.of(0.5, -2)
  const adam = new AdamAlphas(alphas, settings)
  const given = [
    [0.1, -0.4],
    [-0.3, 0.2],
    [0.05, 0],
  ]
  const expected = [0.5, -2].map((start, i) => {
    let [alpha, m, v] = [start, 0, 0]
    given.forEach((slopes, t) => {
      const g = slopes[i] + 1e-3 * alpha
      m = 0.5 * m + 0.5 * g
      v = 0.999 * v + 0.001 * g * g
      alpha -= (3e-4 * (m / (1 - 0.5 ** (t + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (t + 1))) + 1e-8)
    })
    return alpha
  })
  for (const slopes of given) adam.descend(slopes)
  alphas.forEach((alpha, i) => expect(alpha).toBeCloseTo(expected[i], 14))
  expect(adam.steps).toBe(3)
})
