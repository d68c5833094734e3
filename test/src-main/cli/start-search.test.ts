import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { words } from './command.ts'
import { runHere } from './run-here.ts'

const root = folderForAll()

/** What is told of a search before its table is found to be missing. */
async function notesOf(settings: string): Promise<string> {
  const table = words('--text a --text b --label c --device cpu --preset shapley-nas')
  const options = ['--table', join(root, 'gone.csv'), ...table, ...words(settings)]
  const { stderr } = await runHere('search', ...options, '--data-dir', join(root, 'data'))
  expect(stderr).toContain('there is no such file')
  return stderr
}

describe('a search whose α never moves', () => {
  it('is told before it begins', async () => {
    expect(await notesOf('--set search.epochs=15')).toContain(
      'α rests for 15 epochs (valuation.alphaWarmup) and the search has 15',
    )
  })

  it.each([
    'search.epochs=16',
    'search.alphaUpdate=both --set search.epochs=2',
    'search.strategy=darts --set search.epochs=2',
  ])('is no search with %s', async (settings) => {
    expect(await notesOf(`--set ${settings}`)).not.toContain('α rests')
  })
})

it('what moves α is told to have no effect where nothing is valued', async () => {
  const told = 'search.alphaUpdate both has no effect with noise.'
  expect(await notesOf('--set search.strategy=noise --set search.alphaUpdate=both')).toContain(told)
  expect(await notesOf('--set search.strategy=sm-shapnas --set search.alphaUpdate=both')).not.toContain(
    'no effect',
  )
})

describe('settings that do not go together', () => {
  it('are refused before there is a run', async () => {
    const settings = words('--preset demo --set search.strategy=darts --set search.deriveBy=phi')
    const { code, stdout, stderr } = await runHere('search', ...settings, '--data-dir', join(root, 'none'))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('search.deriveBy: darts values nothing')
  })
})

it('a search without data is told where to take them from', async () => {
  const { code, stderr } = await runHere('search', '--data-dir', join(root, 'none'))
  expect(code).toBe(2)
  expect(stderr).toContain('name a table with --table, settings that have data')
})
