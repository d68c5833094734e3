import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { problemTexts, type ProblemCode } from '#contract/problem.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runCommand, runEntries, words, type Ended } from './command.ts'
import { runHere } from './run-here.ts'

const root = folderForAll()
const dataDir = join(root, 'data')
beforeEach(() => rmSync(dataDir, { recursive: true, force: true }))
const fixtures = fileURLToPath(new URL('../../fixtures/table/', import.meta.url))
const shapes = join(fixtures, 'shapes.csv')
const path = (name: string) => join(root, name)

const mentionAll = words('--image picture --text caption --vector measures --label shape --device cpu')
const table = (name: string) => ['--table', path(name), ...mentionAll]
const set = (...assignments: string[]) => assignments.flatMap((assignment) => ['--set', assignment])

beforeAll(() => {
  const header = 'picture,caption,measures,shape,family'
  const rows = readFileSync(shapes, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => join(fixtures, row))
  const write = (name: string, lines: readonly string[]) => writeFileSync(path(name), `${lines.join('\n')}\n`)
  const change = (row: number, from: RegExp, to: string) =>
    rows.map((text, i) => (i === row ? text.replace(from, to) : text))
  const measures = /-?\d\.\d+ -?\d\.\d+ -?\d\.\d+ -?\d\.\d+/
  write('ragged.csv', [header, ...change(4, measures, '1 2 3')])
  write('words.csv', [header, ...change(4, measures, 'tall wide')])
  write('no-picture.csv', [header, ...change(4, /^[^,]+/, 'nowhere.png')])
  write('torn-picture.csv', [header, ...change(4, /^[^,]+/, path('torn.png'))])
  write('one-class.csv', [header, ...rows.map((row) => row.replace(/circle|square|triangle/, 'circle'))])
  write('header-only.csv', [header])
  write('empty.csv', [])
  writeFileSync(path('latin1.csv'), Buffer.from(`${header}\n\xe9\n`, 'latin1'))
  writeFileSync(path('torn.png'), readFileSync(join(fixtures, 'images', '01.png')).subarray(0, 60))
  copyFileSync(shapes, path('shapes.csv'))
  mkdirSync(path('folder.json'))
  const config = {
    dataset: {
      kind: 'table',
      path: shapes,
      label: 'shape',
      modalities: {
        picture: { column: 'picture', type: 'image' },
        caption: { column: 'caption', type: 'text' },
      },
    },
  }
  const writeConfig = (name: string, changes: object) =>
    writeFileSync(path(name), JSON.stringify({ ...config, ...changes }))
  writeFileSync(path('empty.json'), '')
  writeFileSync(path('torn.json'), JSON.stringify(config).slice(0, -4))
  writeFileSync(path('list.json'), '[]')
  writeConfig('good.json', {})
  writeConfig('unknown-field.json', { serach: { epochs: 3 } })
  writeConfig('nested-field.json', { search: { epoch: 3 } })
  writeConfig('bad-values.json', {
    seed: -1,
    search: { epochs: 0, strategy: 'best' },
    training: { learningRate: 'fast' },
  })
  const { picture, caption } = config.dataset.modalities
  writeConfig('reserved.json', { dataset: { ...config.dataset, modalities: { picture, logits: caption } } })
  writeConfig('future.json', { schemaVersion: 2 })
  writeConfig('gone.json', { dataset: { ...config.dataset, path: 'gone.csv' } })
})

/** What is missing of: exit code 2, a problem that names its places, its hint at the end, and no run left behind. */
function faultsOf({ code, stdout, stderr }: Ended, problem: ProblemCode, ...places: string[]): string[] {
  const { message, hint } = problemTexts[problem]
  const claims = {
    'exit code 2': code === 2,
    [message]: stderr.includes(message),
    ...Object.fromEntries(places.map((place) => [place, stderr.includes(place)])),
    'the hint at the end': stderr.trimEnd().split('\n').at(-1) === hint,
    'no stack trace': !trace.test(stdout + stderr),
    'no run left behind': runEntries(dataDir).length === 0,
  }
  const faults = Object.keys(claims).filter((claim) => !claims[claim as keyof typeof claims])
  return faults.length === 0 ? [] : [...faults, stderr]
}

const trace = /^\s+at |node:internal|\.ts:\d+/m

const search = (...args: string[]) => runCommand(['search', ...args, '--data-dir', dataDir])

describe('words that the command line does not know', () => {
  it.each([
    ['an unknown command', ['serch'], "unknown command 'serch'"],
    ['an unknown option', ['search', '--frobnicate'], "unknown option '--frobnicate'"],
    ['an option without its value', ['search', '--table'], "'--table <file>' argument missing"],
    ['a command without its argument', ['show'], "missing required argument 'run'"],
  ])('%s', async (_, args, place) => {
    const { code, stdout, stderr } = await runCommand(args)
    expect(stderr).toContain(place)
    expect(stderr).toContain('Usage: shapwright')
    expect(stdout + stderr).not.toMatch(trace)
    expect(code).toBe(2)
  })
})

describe('arguments that make no sense', () => {
  it.each<[string, string[], ProblemCode, string]>([
    ['a file and a preset', [path('good.json'), '--preset', 'demo'], 'bad-arguments', '--preset demo'],
    ['an unknown preset', ['--preset', 'dmeo'], 'bad-arguments', '--preset dmeo: the presets are demo'],
    ['a preset outside their folder', ['--preset', '../../package'], 'bad-arguments', '../../package'],
    ['a table without labels', ['--table', shapes, '--text', 'caption'], 'bad-arguments', '--label'],
    [
      'a table of one modality, whether it is there or not',
      ['--table', path('gone.csv'), ...words('--text caption --label shape')],
      'bad-arguments',
      'gone.csv: name two columns or more',
    ],
    ['a column without a table', ['--preset', 'demo', '--image', 'picture'], 'bad-arguments', '--image'],
    [
      'a separator without a table',
      ['--preset', 'demo', '--label-separator', ';'],
      'bad-arguments',
      '--label-separator',
    ],
    [
      'a column with two uses',
      ['--table', shapes, ...words('--text caption --vector caption --label shape')],
      'bad-arguments',
      'caption',
    ],
    ['a setting without a value', ['--preset', 'demo', '--set', 'seed'], 'bad-arguments', '--set seed'],
    ['a seed that is no number', ['--preset', 'demo', '--seed', 'abc'], 'bad-configuration', 'seed'],
    ['an empty seed', ['--preset', 'demo', '--seed', ''], 'bad-configuration', 'seed'],
    ['a data folder without a name', ['--data-dir', ''], 'bad-arguments', '--data-dir'],
    ['no dataset at all', [], 'bad-arguments', 'no data'],
  ])('%s', async (_, args, problem, place) => {
    expect(faultsOf(await search(...args), problem, place)).toEqual([])
  })

  it.each(['show', 'resume'])('%s of a run that is not there', async (command) => {
    const ended = await runCommand([command, '2020', '--data-dir', dataDir])
    expect(faultsOf(ended, 'run-not-found', '2020', dataDir)).toEqual([])
  })
})

describe('configurations that are wrong in themselves', () => {
  it.each<[string, string, ProblemCode, string[]]>([
    ['a missing file', 'missing.json', 'file-not-found', []],
    ['a folder', 'folder.json', 'file-unreadable', []],
    ['an empty file', 'empty.json', 'bad-configuration', []],
    ['a file that is cut short', 'torn.json', 'bad-configuration', []],
    ['a list', 'list.json', 'bad-configuration', ['no JSON object']],
    ['an unknown field', 'unknown-field.json', 'bad-configuration', ['"serach"']],
    ['an unknown field inside', 'nested-field.json', 'bad-configuration', ['search', '"epoch"']],
    [
      'several bad values',
      'bad-values.json',
      'bad-configuration',
      ['seed:', 'search.epochs:', 'search.strategy:', 'training.learningRate:'],
    ],
    ['another schema', 'future.json', 'bad-configuration', ['schemaVersion']],
  ])('%s', async (_, name, problem, places) => {
    expect(faultsOf(await search(path(name)), problem, path(name), ...places)).toEqual([])
  })

  it('an even kernel', async () => {
    const ended = await search(path('good.json'), ...set('space.sparse.kernel=2'))
    expect(faultsOf(ended, 'bad-configuration', 'space.sparse.kernel')).toEqual([])
  })
})

describe('configurations that do not suit their data', () => {
  it.each<[string, string[], string]>([
    ['a length that is no square', ['space.length=6'], 'space.length'],
    ['a backbone for no modality', ['backbones.sound={"kind":"maxout"}'], 'backbones.sound'],
    ['a CNN for text', ['backbones.caption={"kind":"cnn"}'], 'backbones.caption'],
    ['a Maxout for images', ['backbones.picture={"kind":"maxout"}'], 'backbones.picture'],
    ['an operation of another space', ['space.operations=["sum","linear_glu"]'], 'space.operations'],
    ['too many players to enumerate', ['valuation.estimator=exact'], 'valuation.estimator'],
  ])('%s', async (_, assignments, place) => {
    const ended = await search(path('good.json'), '--device', 'cpu', ...set(...assignments))
    expect(faultsOf(ended, 'bad-configuration', place)).toEqual([])
  })
})

it('a modality with the name of an output', async () => {
  const ended = await search(path('reserved.json'), '--device', 'cpu')
  expect(faultsOf(ended, 'bad-configuration', 'dataset.modalities.logits')).toEqual([])
})

describe('tables that cannot be used', () => {
  it.each<[string, string[], ProblemCode, string[]]>([
    ['a missing table', table('gone.csv'), 'file-not-found', [path('gone.csv')]],
    ['a folder', table('folder.json'), 'file-unreadable', [path('folder.json')]],
    ['an empty table', table('empty.csv'), 'table-malformed', [path('empty.csv')]],
    ['a header alone', table('header-only.csv'), 'table-malformed', [path('header-only.csv')]],
    ['text that is not UTF-8', table('latin1.csv'), 'table-malformed', [path('latin1.csv')]],
    ['a missing column', [...table('shapes.csv'), '--text', 'legend'], 'column-missing', ['legend']],
    ['vectors of several lengths', table('ragged.csv'), 'rows-rejected', ['row 6', 'measures']],
    ['a vector of words', table('words.csv'), 'rows-rejected', ['row 6', 'tall wide']],
    ['a missing picture', table('no-picture.csv'), 'rows-rejected', ['row 6', 'nowhere.png']],
    ['a torn picture', table('torn-picture.csv'), 'rows-rejected', ['row 6', 'torn.png']],
    ['a single class', table('one-class.csv'), 'dataset-unusable', [path('one-class.csv')]],
    [
      'a single modality',
      ['--table', shapes, '--text', 'caption', '--label', 'shape'],
      'bad-arguments',
      [shapes],
    ],
    ['a table that a file names beside itself', [path('gone.json')], 'file-not-found', [path('gone.csv')]],
  ])('%s', async (_, args, problem, places) => {
    expect(faultsOf(await search(...args, '--device', 'cpu'), problem, ...places)).toEqual([])
  })
})

describe('what other commands cannot do', () => {
  const vary = words('--base demo --vary search.epochs=5,10')
  it.each<[string, string[], ProblemCode, string[]]>([
    ['compare a run that is not there', ['compare', '2020', '2021'], 'run-not-found', ['2020', dataDir]],
    ['import a folder without runs', ['import', root], 'no-runs-found', [root]],
    ['import what is not there', ['import', path('nowhere')], 'no-runs-found', [path('nowhere')]],
    ['put a run into the trash that is not there', ['trash', '2020'], 'run-not-found', ['2020', dataDir]],
    ['restore a run that is not in the trash', ['restore', '2020'], 'run-not-found', ['the trash of']],
    ['erase a run that is not in the trash', ['erase', '2020'], 'run-not-found', ['the trash of']],
    ['show a study that is not there', ['study', 'show', 'mine'], 'study-not-found', ['mine', dataDir]],
    ['work off a missing file', ['study', path('missing.json')], 'file-not-found', [path('missing.json')]],
    ['work off a torn file', ['study', path('torn.json')], 'bad-configuration', [path('torn.json')]],
    [
      'work off a file that is no study',
      ['study', path('good.json')],
      'bad-configuration',
      ['axes', 'seeds'],
    ],
    ['work off nothing', ['study'], 'bad-arguments', ['--preset', '--vary']],
    ['work off an unknown preset', ['study', '--preset', 'table-7'], 'bad-arguments', ['table-6']],
    ['work off a preset without data', ['study', '--preset', 'table-6'], 'bad-arguments', ['no data']],
    ['vary a field without values', ['study', '--vary', 'seed'], 'bad-arguments', ['--vary seed']],
    ['take a word for a seed', ['study', ...vary, '--seeds', 'all'], 'bad-arguments', ['--seeds all']],
    [
      'vary to a bad value',
      ['study', '--base', 'demo', '--vary', 'search.epochs=0'],
      'bad-configuration',
      ['search.epochs'],
    ],
    ['add a table without labels', ['datasets', 'add', shapes], 'bad-arguments', ['--label']],
    [
      'add images without a size',
      ['datasets', 'add', ...table('shapes.csv').slice(1, -2), '--image-size', 'big'],
      'bad-arguments',
      ['imageSize'],
    ],
    [
      'add a missing table',
      ['datasets', 'add', ...table('gone.csv').slice(1, -2)],
      'file-not-found',
      [path('gone.csv')],
    ],
    [
      'add a table with a torn picture',
      ['datasets', 'add', ...table('torn-picture.csv').slice(1, -2)],
      'rows-rejected',
      ['row 6', 'torn.png'],
    ],
    ['show a dataset that is not there', ['datasets', 'show', 'mine'], 'dataset-not-found', ['mine']],
  ])('%s', async (_, args, problem, places) => {
    expect(faultsOf(await runHere(...args, '--data-dir', dataDir), problem, ...places)).toEqual([])
  })

  it('write completion for an unknown shell', async () => {
    expect(faultsOf(await runHere('completion', 'tcsh'), 'bad-arguments', 'bash, zsh, fish')).toEqual([])
  })

  it.each(['trash', 'devices', 'backup', 'diagnostics', 'datasets'])('%s in a file', async (command) => {
    const args = command === 'trash' ? [command, '2020'] : [command]
    const { code, stderr } = await runHere(...args, '--data-dir', path('empty.json'))
    expect({ code, named: stderr.includes(path('empty.json')), trace: trace.test(stderr) }).toEqual({
      code: 2,
      named: true,
      trace: false,
    })
  })

  it('leave a study behind whose data do not fit', async () => {
    const args = [
      'study',
      '--table',
      path('gone.csv'),
      ...mentionAll,
      '--vary',
      'search.epochs=1,2',
      '--seeds',
      '1',
    ]
    expect(
      faultsOf(await runHere(...args, '--data-dir', dataDir), 'file-not-found', path('gone.csv')),
    ).toEqual([])
    expect((await runHere('study', 'list', '--data-dir', dataDir)).stdout).toBe('No studies yet.\n')
  })
})
