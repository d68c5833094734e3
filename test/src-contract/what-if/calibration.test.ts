import { describe, expect, it } from 'vitest'
import { calibrate } from '#contract/what-if/calibration.ts'
import { stream } from '#worker/random.ts'

const points = (pairs: [number, number][]) => pairs.map(([predicted, measured]) => ({ predicted, measured }))

describe('calibration', () => {
  it('finds the line, the order and the signs of points that lie on a line', () => {
    const found = calibrate(points([-2, -1, 1, 2, 3].map((x) => [x, 2 * x + 1.5])))
    expect(found.slope!.value).toBeCloseTo(2)
    expect(found.slope!.band!.low).toBeCloseTo(2)
    expect(found.pearson!.value).toBeCloseTo(1)
    expect(found.spearman!.value).toBeCloseTo(1)
    // −2 → −2.5 and the three positive ones agree; −1 → −0.5 agrees as well
    expect(found.signs).toMatchObject({ agreeing: 5, of: 5 })
  })

  it('leaves out signs of what did not change', () => {
    const found = calibrate(
      points([
        [1, 0],
        [0, 1],
        [1, -1],
        [2, 2],
      ]),
    )
    expect(found.signs).toMatchObject({ agreeing: 1, of: 2 })
  })

  it('says nothing of few or of equal points', () => {
    expect(calibrate([])).toMatchObject({ swaps: 0, pearson: null, spearman: null, slope: null, error: null })
    expect(
      calibrate(
        points([
          [1, 1],
          [2, 1],
        ]),
      ).slope,
    ).toBeNull()
    expect(
      calibrate(
        points([
          [1, 2],
          [1, 3],
          [1, 4],
        ]),
      ).pearson,
    ).toBeNull()
  })

  it('has bands that hold the truth in 95 of 100 draws', () => {
    const draws = stream(11, 'calibration')
    const truth = { slope: 0.5, correlation: 0.5 / Math.sqrt(0.5 ** 2 + 1) }
    const repetitions = 600
    let [slopes, correlations] = [0, 0]
    for (let i = 0; i < repetitions; i++) {
      const drawn = Array.from({ length: 20 }, () => {
        const predicted = draws.normal()
        return { predicted, measured: truth.slope * predicted + draws.normal() }
      })
      const { slope, pearson } = calibrate(drawn)
      if (slope!.band!.low <= truth.slope && truth.slope <= slope!.band!.high) slopes++
      if (pearson!.band!.low <= truth.correlation && truth.correlation <= pearson!.band!.high) correlations++
    }
    // 95 % ± 3 binomial deviations of 600 draws
    expect(slopes / repetitions).toBeGreaterThan(0.923)
    expect(correlations / repetitions).toBeGreaterThan(0.923)
    expect(slopes / repetitions).toBeLessThan(0.977)
  })
})
