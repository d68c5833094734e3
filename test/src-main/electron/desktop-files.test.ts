import { join } from 'node:path'
import { expect, it } from 'vitest'
import { desktopFiles } from '#main/electron/desktop-files.ts'

const shown: string[] = []
const asked: unknown[] = []
let answer = { canceled: false, filePath: '/home/ada/model.zip' }
const dialog = {
  showSaveDialog: async (options: unknown) => {
    asked.push(options)
    return answer
  },
}
const desktop = desktopFiles(dialog as never, { showItemInFolder: (path) => shown.push(path) })

it('asks where to save, proposing a name', async () => {
  expect(await desktop.askWhereToSave('run.zip')).toBe('/home/ada/model.zip')
  expect(asked.at(-1)).toMatchObject({ defaultPath: 'run.zip' })
  answer = { canceled: true, filePath: '' }
  expect(await desktop.askWhereToSave('run.zip')).toBeNull()
})

it('opens the folder of an export', () => {
  desktop.showFolder('/runs/a/exports/b')
  expect(shown).toEqual([join('/runs/a/exports/b', 'export.json')])
})
