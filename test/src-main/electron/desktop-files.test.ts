import { join } from 'node:path'
import { expect, it } from 'vitest'
import { desktopFiles, pickFileBy } from '#main/electron/desktop-files.ts'

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

it('asks for a file of some kind, or for a folder', async () => {
  const wishes: object[] = []
  let chosen = { canceled: false, filePaths: ['/home/ada/table.csv'] }
  const pick = pickFileBy({
    showOpenDialog: async (wish: object) => {
      wishes.push(wish)
      return chosen
    },
  } as never)
  expect(await pick({ kind: 'file', extensions: ['.csv', '.parquet'] })).toBe('/home/ada/table.csv')
  expect(wishes).toEqual([
    { properties: ['openFile'], filters: [{ name: '.csv, .parquet', extensions: ['csv', 'parquet'] }] },
  ])
  chosen = { canceled: true, filePaths: [] }
  expect(await pick({ kind: 'folder', extensions: [] })).toBeNull()
  expect(wishes.at(-1)).toEqual({ properties: ['openDirectory'] })
})
