import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { defaultSettings, settingsChange } from '#contract/settings.ts'
import { SettingsFile } from '#main/settings/settings-file.ts'
import { onBrokenDisk } from '../../fixtures/broken-disk.ts'
import { memory, temporaryFolder } from '../../fixtures/temporary-folder.ts'

const fail = (problem: ProblemReport) => {
  throw new Error(problem.detail)
}

describe('the settings of a data folder', () => {
  it('are the usual ones at first, and stay as they are changed', () => {
    const folder = temporaryFolder()
    const file = new SettingsFile(folder, fail)
    expect(file.value).toEqual(defaultSettings)
    expect(file.change({ slots: 3 })).toEqual({ ...defaultSettings, slots: 3 })
    file.change({ announceEnds: false })
    expect(new SettingsFile(folder, fail).value).toEqual({ slots: 3, announceEnds: false })
  })

  it('are told to whom they concern', () => {
    const file = new SettingsFile(temporaryFolder(), fail)
    const heard: number[] = []
    file.onChange(({ slots }) => heard.push(slots))
    file.change({ slots: 2 })
    expect(heard).toEqual([2])
  })

  it.each(['', 'slots: 3', '[]', '{"slots":0}', '{"slots":"two"}'])(
    'that cannot be understood (%s) are reported, and not lost',
    (text) => {
      const folder = temporaryFolder()
      const path = join(folder, 'settings.json')
      writeFileSync(path, text)
      const problems: ProblemReport[] = []
      const file = new SettingsFile(folder, (problem) => problems.push(problem))
      expect(problems).toMatchObject([{ code: 'bad-configuration', where: path }])
      expect(file.value).toEqual(defaultSettings)
      expect(readFileSync(path, 'utf8')).toBe(text)
      file.change({ slots: 2 })
      expect(readFileSync(`${path}.old`, 'utf8')).toBe(text)
      expect(new SettingsFile(folder, fail).value.slots).toBe(2)
    },
  )

  it('are changed by nothing but what they are', () => {
    for (const change of [{ slots: 0 }, { slots: 1.5 }, { slots: 17 }, { announceEnds: 1 }, { path: '/etc' }])
      expect(settingsChange.safeParse(change).success).toBe(false)
    expect(settingsChange.parse({})).toEqual({})
  })

  it('are the old ones or the new ones, wherever the process is killed or the disk is full', async () => {
    for (const how of ['killed', 'full'] as const) {
      for (let nth = 1, broke = true; broke; nth++) {
        const dataDir = temporaryFolder(memory)
        const file = new SettingsFile(dataDir, fail)
        file.change({ slots: 2 })
        const { error, ...end } = await onBrokenDisk(how, nth, () => file.change({ slots: 3 }))
        broke = end.broke
        const { slots } = new SettingsFile(dataDir, fail).value
        expect([2, 3]).toContain(slots)
        expect([how, how === 'killed' || slots]).toEqual([how, how === 'killed' || file.value.slots])
        expect(how === 'killed' || error === undefined || error instanceof Problem).toBe(true)
      }
    }
  })
})
