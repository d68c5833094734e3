import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { composeStudy } from '#main/cli/compose-study.ts'
import { expandStudy, pointName, pointsOf } from '#contract/config/study.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const pointsIn = (...args: Parameters<typeof composeStudy>) =>
  pointsOf(composeStudy(...args).axes).map(pointName)

describe('a study of the command line', () => {
  it('is a grid over any fields and seeds', () => {
    const vary = ['search.epochs=5,10', 'search.strategy=darts,random']
    expect(pointsIn(undefined, { base: 'demo', vary })).toEqual([
      'epochs 5 · strategy darts',
      'epochs 5 · strategy random',
      'epochs 10 · strategy darts',
      'epochs 10 · strategy random',
    ])
    expect(composeStudy(undefined, { base: 'demo', vary, seeds: '1-3,7' }).seeds).toEqual([1, 2, 3, 7])
  })

  it('varies lists as JSON, and leaves a field out by null', () => {
    const vary = ['space.operations=["sum","glu"],["sum","concat"],null']
    const plan = composeStudy(undefined, { base: 'demo', vary })
    expect(pointsOf(plan.axes).map(pointName)).toEqual([
      'operations sum, glu',
      'operations sum, concat',
      'operations by default',
    ])
    expect(expandStudy(plan).map(({ config }) => config.space.operations)).toEqual(
      [['sum', 'glu'], ['sum', 'concat'], undefined].flatMap((each) => [each, each, each]),
    )
  })

  it("is the paper's ablation with random choice, over any base", () => {
    const plan = composeStudy(undefined, { preset: 'table-6', base: 'demo', set: ['search.epochs=3'] })
    expect(plan).toMatchObject({
      name: 'Table 6 with controls',
      seeds: [1, 2, 3],
      base: { search: { epochs: 3 } },
    })
    expect(pointsOf(plan.axes)).toHaveLength(7)
  })

  it('has rows without Shapley values that derive by α over a base that derives by them', () => {
    const plan = composeStudy(undefined, { preset: 'table-6', base: 'demo', set: ['search.deriveBy=phi'] })
    const ways = expandStudy(plan).map(({ config: { search } }) => `${search.strategy} ${search.deriveBy}`)
    expect(new Set(ways)).toEqual(new Set(['darts alpha', 'sm-shapnas phi', 'random alpha', 'noise alpha']))
  })

  it('is a file, whose table lies beside it', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'study.json')
    const plan = composeStudy(undefined, { base: 'demo', vary: ['search.epochs=5,10'] })
    const dataset = { kind: 'table', path: 'mine.csv', label: 'kind', modalities: {} }
    writeFileSync(file, JSON.stringify({ ...plan, base: { ...plan.base, dataset } }))
    expect(composeStudy(file, {})).toMatchObject({
      axes: plan.axes,
      seeds: plan.seeds,
      base: { dataset: { path: join(folder, 'mine.csv') } },
    })
  })

  it.each([
    [{}, 'name a file, a preset with --preset, or what varies'],
    [{ preset: 'tabel-6', base: 'demo' }, 'the presets of studies are table-6'],
    [{ preset: 'table-6' }, 'dataset'],
    [{ vary: ['search.epochs'], base: 'demo' }, 'write it as field=value,value'],
    [{ vary: ['search.epochs=5,'], base: 'demo' }, 'write it as field=value,value'],
    [{ vary: ['search.epochs=5,0'], base: 'demo' }, 'search.epochs'],
    [{ vary: ['search.epochs=5,10,5'], base: 'demo' }, 'search.epochs: epochs 5 is there twice'],
    [{ vary: ['search.epochs=5', 'search.epochs=6'], base: 'demo' }, 'search.epochs varies twice'],
    [
      { vary: ['search.strategy=darts,noise'], preset: 'table-6', base: 'demo' },
      'search.strategy varies twice',
    ],
    [{ vary: ['seed=1,2'], base: 'demo' }, 'seed cannot vary: the seeds of a study are its own'],
    [
      { vary: ['search.deriveBy=alpha,phi', 'search.strategy=sm-shapnas,darts'], base: 'demo' },
      'darts values nothing',
    ],
    [{ vary: ['search.epochs=5'], base: 'demo', seeds: '3-1' }, 'write them as 1-5 or 1,2,7'],
    [{ vary: ['search.epochs=5'], base: 'demo', seeds: '1,1' }, 'a seed is named twice'],
    [{ vary: ['search.epochs=5'], base: 'gone.json' }, 'gone.json'],
  ])('refuses %j', (options, reason) => {
    expect(() => composeStudy(undefined, options)).toThrow(reason)
  })

  it('refuses options beside a file', () => {
    expect(() => composeStudy('study.json', { seeds: '1-2' })).toThrow('already comes from study.json')
  })
})
