import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readStatus } from '#worker/run-directory/read.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'
import { runCommand, runEntries, tinySettings, words } from './command.ts'

const root = folderForAll()
const dataDir = join(root, 'data')
cpSync(fileURLToPath(new URL('../../fixtures/table/', import.meta.url)), join(root, 'mine'), {
  recursive: true,
})

const contribution = /[+−]?\d+\.\d \[[+−]?\d+\.\d, [+−]?\d+\.\d\] [ ?]*\d/
const search = (...args: string[]) => runCommand(['search', ...args, '--data-dir', dataDir], { cwd: root })
const set = (...assignments: string[]) => assignments.flatMap((assignment) => ['--set', assignment])

describe("a user's own table of pictures, texts and vectors", () => {
  it('is searched to the end, and its run can be listed and shown', async () => {
    const searched = await search(
      ...words('--table mine/shapes.csv --image picture --text caption --vector measures'),
      ...words('--label shape --group family'),
      ...tinySettings,
      ...set(
        'backbones.picture={"kind":"cnn","channels":[4,6],"epochs":2,"batchSize":8}',
        'backbones.caption={"kind":"maxout","units":[6],"epochs":2,"batchSize":8}',
        'backbones.measures={"kind":"maxout","units":[6],"epochs":2,"batchSize":8}',
      ),
    )
    expect(searched).toMatchObject({ code: 0 })
    const [id] = runEntries(dataDir)
    expect(readStatus(join(dataDir, 'runs', id)).state).toBe('done')

    expect(searched.stdout).toContain(`Run ${id}`)
    expect(searched.stdout).toMatch(/^Device cpu( \(why not [a-z ]+: `shapwright devices`\))?\.$/m)
    expect(searched.stdout).toMatch(/Dataset shapes: 30 samples, 3 classes/)
    expect(searched.stdout).toMatch(/picture: image, 48 × 48/)
    expect(searched.stdout).toMatch(/caption: text, /)
    expect(searched.stdout).toMatch(/measures: vector, 4 numbers/)
    for (const name of ['picture', 'caption', 'measures'])
      expect(searched.stdout).toMatch(new RegExp(`Backbone ${name} .*test [01]\\.\\d{3}`))

    const shown = await runCommand(['show', id.slice(0, -2), '--data-dir', dataDir])
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout).toContain(`Run ${id}: done`)
    for (const { stdout } of [searched, shown]) {
      expect(stdout).toMatch(/cell0\.node0 = \w+\(/)
      expect(stdout.split('\n').filter((line) => contribution.test(line)).length).toBeGreaterThan(20)
      expect(stdout).toMatch(/\* cell0\/node0\/op\/\w+ /)
      for (const model of ['picture', 'caption', 'measures', 'concatenation', 'derived'])
        expect(stdout).toMatch(new RegExp(`^  ${model} +\\d\\.\\d{3} ± \\d\\.\\d{3} \\(n = 2\\)`, 'm'))
      const [, model] = /^The model file: (.*\.onnx)$/m.exec(stdout)!
      expect(existsSync(model)).toBe(true)
    }

    const result = await runCommand(['show', id, '--json', '--data-dir', dataDir])
    expect(JSON.parse(result.stdout)).toMatchObject({
      genotype: { space: 'sm-shapnas' },
      scores: { length: 5 },
    })
    const rebuilt = await runCommand(['rebuild-index', '--data-dir', dataDir])
    expect(rebuilt).toMatchObject({ code: 0, stdout: expect.stringContaining('1 run.') })

    const listed = await runCommand(['list', '--data-dir', dataDir])
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(listed.stdout).toMatch(
      new RegExp(`^${id} +done +shapes +sm-shapnas +\\d\\.\\d{3} ± .*\\(n = 2\\) +accuracy$`, 'm'),
    )

    const resumed = await runCommand(['resume', id, '--data-dir', dataDir])
    expect(resumed.code).toBe(2)
    expect(resumed.stderr).toContain(`${id}: it is done`)
  })

  it('is found beside the configuration that names it', async () => {
    const vector = { column: 'measures', type: 'vector' }
    const config = {
      dataset: {
        kind: 'table',
        path: 'shapes.csv',
        label: 'shape',
        modalities: { words: { column: 'caption', type: 'text' }, numbers: vector },
      },
      space: { operations: ['sum', 'glu'], cells: 1 },
      backbones: { words: { kind: 'maxout', units: [6], epochs: 1 } },
    }
    writeFileSync(join(root, 'mine', 'search.json'), JSON.stringify(config))
    const before = runEntries(dataDir)
    const ended = await search(
      'mine/search.json',
      ...tinySettings,
      '--name',
      'words and numbers',
      ...set('search.strategy=darts', 'training.repetitions=1'),
    )
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toMatch(/cell0\.node0 = (sum|glu)\(/)
    const id = runEntries(dataDir).find((entry) => !before.includes(entry))!
    const written = JSON.parse(readFileSync(join(dataDir, 'runs', id, 'config.json'), 'utf8'))
    expect(written).toMatchObject({
      name: 'words and numbers',
      dataset: { path: join(root, 'mine', 'shapes.csv') },
    })
  })

  it('may have columns after which no modality can be named', async () => {
    const [header, ...rows] = readFileSync(join(root, 'mine', 'shapes.csv'), 'utf8')
      .trim()
      .split('\n')
    const renamed = header.replace('caption', '説明').replace('measures', '寸法').replace('family', 'Scores')
    writeFileSync(join(root, 'mine', 'renamed.csv'), [renamed, ...rows].join('\n'))
    const ended = await search(
      ...words('--table mine/renamed.csv --text 説明 --text Scores --vector 寸法'),
      ...words('--label shape'),
      ...set('space.operations=["sum","concat_fc"]', 'device="cpu"'),
    )
    expect(ended.stdout).toMatch(/modality: text[^]*scores-2: text[^]*modality-2: vector/)
    expect(ended.stderr).toContain('space.operations')
  })
})

describe('list', () => {
  it('says how to make the first run where there is none', async () => {
    const { code, stdout } = await runCommand(['list', '--data-dir', join(root, 'nothing')])
    expect(code).toBe(0)
    expect(stdout).toContain('npm run demo')
  })
})
