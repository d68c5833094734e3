import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunSummary } from '#contract/calls/runs.ts'
import { parseRunConfig } from '#contract/config.ts'
import { expandStudy, type Study, type StudyAxis } from '#contract/config/study.ts'
import {
  axisEffects,
  comparableRuns,
  pointRows,
  scoreKinds,
  studyTable,
} from '../../../src-renderer/studies/results.ts'

const axis = (title: string, path: string, values: readonly number[]): StudyAxis => ({
  title,
  values: values.map((value) => ({ label: String(value), changes: { [path]: value } })),
})

/** A study whose runs score what `scoreOf` says of their point and seed; undefined for a run that is not done. */
function studyOf(
  axes: StudyAxis[],
  seeds: number[],
  scoreOf: (position: { point: number; seed: number }) => number | undefined,
) {
  const plan = { name: 's', base: parseRunConfig({ dataset: { kind: 'emoji8' } }, 'test'), axes, seeds }
  const places = expandStudy(plan).map(({ point, seed }, i) => ({ id: `r${i}`, point, seed }))
  const study: Study = { schemaVersion: 1, id: 's', ...plan, createdAt: 0, runs: places }
  const runs = new Map(
    places.map((place) => {
      const mean = scoreOf(place)
      const score = mean === undefined ? null : { mean, deviation: 0, repetitions: 3 }
      return [place.id, { id: place.id, score, trashed: false, state: 'done' } as unknown as RunSummary]
    }),
  )
  return { study, runs }
}

const two = [axis('cells', 'space.cells', [1, 2]), axis('epochs', 'search.epochs', [5, 10, 20])]

describe('the results of a study', () => {
  it('are means over the seeds that are done, and differences paired over seeds', () => {
    const noise = [0, 0.1, 0.3]
    const { study, runs } = studyOf(two, [1, 2, 3], ({ point, seed }) =>
      point === 5 && seed === 3 ? undefined : 0.5 + 0.01 * point + noise[seed - 1],
    )
    const rows = pointRows(study, runs, 0)
    expect(rows).toHaveLength(6)
    expect(rows[0].difference).toBeNull()
    expect(rows[3].difference!.mean).toBeCloseTo(0.03)
    // what the seeds add is common to both: it does not widen the band
    expect(rows[3].difference!.band!.high - rows[3].difference!.band!.low).toBeCloseTo(0)
    expect(rows[3].score!.deviation).toBeGreaterThan(0.1)
    expect(rows[5].score!.repetitions).toBe(2)
    expect(rows[5].difference!.pairs).toBe(2)
    expect(rows[5].difference!.mean).toBeCloseTo(0.05)
  })

  it('say which kind of score they are, and when they are of several', () => {
    const { study, runs } = studyOf([two[0]], [1], () => 0.5)
    const [first, second] = [...runs.values()]
    Object.assign(first, { task: 'single-label', dataset: 'emoji8-v1' })
    Object.assign(second, { task: 'single-label', dataset: 'emoji8-v1' })
    expect(scoreKinds(pointRows(study, runs, 0))).toEqual(['accuracy'])
    Object.assign(second, { dataset: 'emoji8-v1, epoch chosen on test' })
    expect(scoreKinds(pointRows(study, runs, 0))).toEqual(['accuracy', 'accuracy, epoch chosen on test'])
  })

  it('have no difference where nothing pairs', () => {
    const { study, runs } = studyOf([two[0]], [1, 2], ({ point, seed }) =>
      point === seed - 1 ? 0.5 : undefined,
    )
    expect(pointRows(study, runs, 0)[1].difference).toBeNull()
  })

  it('leave runs out that were removed, and take the later of two in one place', () => {
    const { study, runs } = studyOf([two[0]], [1], () => 0.5)
    runs.delete('r1')
    expect(pointRows(study, runs, 0)[1].cells).toEqual([{ seed: 1, run: null }])
    study.runs.push({ id: 'again', point: 1, seed: 1 })
    runs.set('again', { ...runs.get('r0')!, id: 'again' })
    expect(pointRows(study, runs, 0)[1].cells[0].run!.id).toBe('again')
  })

  it('tell what an axis does, all else equal, whatever the other axis and the seeds add', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.2, max: 0.2, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 0.5, noNaN: true }), { minLength: 9, maxLength: 9 }),
        (effect, rest) => {
          const { study, runs } = studyOf(two, [1, 2, 3], ({ point, seed }) => {
            const [cells, epochs] = [Math.floor(point / 3), point % 3]
            return effect * cells + rest[3 * epochs + seed - 1]
          })
          const [ofCells] = axisEffects(study, pointRows(study, runs, 0))
          expect(ofCells.values[0].difference).toBeNull()
          expect(ofCells.values[1].difference!.mean).toBeCloseTo(effect)
          expect(ofCells.values[1].difference!.pairs).toBe(9)
          expect(ofCells.values[1].scores).toHaveLength(9)
        },
      ),
    )
  })

  it('have no effect for an axis of one value', () => {
    const { study, runs } = studyOf([axis('cells', 'space.cells', [2])], [1], () => 0.5)
    expect(axisEffects(study, pointRows(study, runs, 0))).toEqual([])
  })

  it('are compared all, or one of every point where they are too many', () => {
    const { study, runs } = studyOf(two, [1, 2, 3], () => 0.5)
    const rows = pointRows(study, runs, 0)
    expect(comparableRuns(rows, 20)).toHaveLength(18)
    expect(comparableRuns(rows, 10)).toEqual(['r0', 'r3', 'r6', 'r9', 'r12', 'r15'])
    expect(comparableRuns(rows, 4)).toHaveLength(4)
  })

  it('are a table with one row a run', () => {
    const { study, runs } = studyOf(two, [1, 2], () => 0.5)
    const { columns, rows } = studyTable(study, pointRows(study, runs, 0))
    expect(columns.slice(0, 4)).toEqual(['cells', 'epochs', 'seed', 'run'])
    expect(rows).toHaveLength(12)
    expect(rows[0].slice(0, 4)).toEqual(['1', '5', 1, 'r0'])
  })
})
