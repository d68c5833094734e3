import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DatasetLibrary, type DatasetLibraryOptions } from '#main/datasets/dataset-library.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

it('a damaged entry of the library keeps no window from naming a table of another', () => {
  const dataDir = temporaryFolder()
  mkdirSync(join(dataDir, 'library', 'damaged'), { recursive: true })
  writeFileSync(join(dataDir, 'library', 'damaged', 'dataset.json'), '{')
  const library = new DatasetLibrary({ dataDir, runsDir: join(dataDir, 'runs') } as DatasetLibraryOptions)
  expect(library.holds('/anywhere.csv')).toBe(false)
})
