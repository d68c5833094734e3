import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Problem } from '#contract/problem.ts'
import { expandStudy, type StudyPlan } from '#contract/config/study.ts'
import { cancelHalfMade } from '#main/studies/half-made.ts'
import { makeStudyRuns, newStudy } from '#main/studies/make-study-runs.ts'
import { listStudies } from '#main/studies/study-files.ts'
import { listRuns, readStatus } from '#worker/run-directory/read.ts'
import { Killed, onBrokenDisk } from '../../fixtures/broken-disk.ts'
import { memory, temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig } from '../sample-runs.ts'

const plan: StudyPlan = { name: 'seeds', base: sampleConfig(), axes: [], seeds: [1, 2] }

function prepare() {
  const dataDir = temporaryFolder(memory)
  const runsDir = join(dataDir, 'runs')
  mkdirSync(runsDir)
  const make = () => makeStudyRuns({ dataDir, runsDir }, newStudy(plan), expandStudy(plan), { inQueue: true })
  const live = () => listRuns(runsDir).map((id) => ({ id, status: readStatus(join(runsDir, id)) }))
  const waiting = () => live().filter(({ status }) => status.state === 'queued')
  const known = () =>
    listStudies(dataDir, (problem) => expect(problem).toBeNull()).flatMap(({ runs }) =>
      runs.map(({ id }) => id),
    )
  return { dataDir, runsDir, make, live, waiting, known }
}

describe('a study', () => {
  it('is made whole or not at all, wherever the process is killed', async () => {
    for (let nth = 1, broke = true; broke; nth++) {
      const { dataDir, runsDir, make, live, waiting, known } = prepare()
      const { error, ...end } = await onBrokenDisk('killed', nth, make)
      broke = end.broke
      if (error && !(error instanceof Killed)) throw error
      const problems: unknown[] = []
      const cancelled = cancelHalfMade({ dataDir, runsDir, report: (told) => problems.push(told) }, live())
      expect(problems).toHaveLength(cancelled.length)
      expect(waiting().map(({ id }) => id)).toEqual(known())
      expect([0, 2]).toContain(waiting().length)
    }
  })

  it('is not made on a full disk, and says so', async () => {
    for (let nth = 1, broke = true; broke; nth++) {
      const { dataDir, make, waiting, known } = prepare()
      const { error, ...end } = await onBrokenDisk('full', nth, make)
      broke = end.broke
      const isDone = error === undefined
      expect([nth, isDone || (error as Problem).code]).toEqual([nth, isDone || 'data-folder-unwritable'])
      const studies = join(dataDir, 'studies')
      const left = existsSync(studies) ? readdirSync(studies).filter((name) => name.startsWith('.')) : []
      expect(left).toEqual([])
      expect(waiting().map(({ id }) => id)).toEqual(known())
      expect(waiting()).toHaveLength(isDone ? 2 : 0)
    }
  })
})
