import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { expandStudy } from '#contract/config/study.ts'
import { composeStudy, type StudyOptions } from '#main/cli/compose-study.ts'
import { findStudy, studyOfPlan } from '#main/cli/find-study.ts'
import { makeStudyRuns, newStudy } from '#main/studies/make-study-runs.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const planOf = (more: StudyOptions = {}) =>
  composeStudy(undefined, { base: 'demo', vary: ['search.epochs=5,10'], seeds: '1', ...more })

/** A data folder with the study of a plan. */
function studyIn() {
  const dataDir = temporaryFolder()
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  const plan = planOf({ name: 'mine' })
  const { study, made } = makeStudyRuns({ dataDir, runsDir }, newStudy(plan), expandStudy(plan), {
    inQueue: false,
  })
  return { dataDir, study, made }
}

it('the study of exactly the same grid is gone on with', () => {
  const { dataDir, study } = studyIn()
  expect(studyOfPlan(planOf({ name: 'mine' }), dataDir)).toEqual(study)
  for (const other of [{ name: 'yours' }, { name: 'mine', seeds: '2' }, { name: 'mine', set: ['threads=1'] }])
    expect(studyOfPlan(planOf(other), dataDir)).toBeNull()
})

it('a study whose runs are all gone is begun anew', () => {
  const { dataDir, made } = studyIn()
  for (const { directory } of made) rmSync(directory, { recursive: true })
  expect(studyOfPlan(planOf({ name: 'mine' }), dataDir)).toBeNull()
})

it('a study is found by the beginning of its id and by its name', () => {
  const { dataDir, study } = studyIn()
  for (const named of [study.id, study.id.slice(0, 4), 'mine'])
    expect(findStudy(named, dataDir)).toEqual(study)
  expect(() => findStudy('min', dataDir)).toThrow('no study of')
})
