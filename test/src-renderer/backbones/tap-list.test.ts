import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastOfEachResolution, mostTaps, type TapInfo } from '#contract/backbone.ts'
import {
  draftOf,
  pictureFrom,
  scalingNamed,
  scalingOf,
} from '../../../src-renderer/backbones/picture-draft.ts'
import { listTaps } from '../../../src-renderer/backbones/tap-list.ts'

const tap = (name: string, depth: number, shape: number[], operator = 'Relu'): TapInfo => ({
  name,
  operator,
  scope: name.split('/')[0],
  depth,
  shape,
  layout: shape.length === 1 ? 'vector' : 'channels first',
  channels: shape[0],
})
const taps = [
  tap('stem/1', 1, [64, 112, 112], 'Conv'),
  tap('stem/2', 2, [64, 112, 112]),
  tap('layer1/10', 3, [128, 28, 28]),
  tap('layer1/9', 4, [128, 28, 28], 'Add'),
  tap('head', 5, [1000], 'Gemm'),
]
const names = (found: readonly TapInfo[]) => found.map(({ name }) => name)

describe('the list of taps', () => {
  it('holds those that have every word in them, in whatever case', () => {
    expect(names(listTaps(taps, 'STEM conv', 'depth'))).toEqual(['stem/1'])
    expect(names(listTaps(taps, '28×28', 'depth'))).toEqual(['layer1/10', 'layer1/9'])
    expect(listTaps(taps, 'nothing', 'depth')).toEqual([])
  })

  it.each([
    ['-depth', ['head', 'layer1/9', 'layer1/10', 'stem/2', 'stem/1']],
    ['name', ['head', 'layer1/9', 'layer1/10', 'stem/1', 'stem/2']],
    ['resolution', ['head', 'layer1/10', 'layer1/9', 'stem/1', 'stem/2']],
    ['-channels', ['head', 'layer1/10', 'layer1/9', 'stem/1', 'stem/2']],
    ['no such column', names(taps)],
  ])('is sorted by %s, equal ones by depth', (sort, expected) =>
    expect(names(listTaps(taps, '', sort))).toEqual(expected),
  )
})

describe('the last of each resolution', () => {
  it('is one a resolution, by depth', () =>
    expect(lastOfEachResolution(taps)).toEqual(['stem/2', 'layer1/9', 'head']))

  it('leaves out flattened maps of a file with stages, and takes sequences where there is nothing else', () => {
    const flat = { ...tap('flat', 6, [784, 128]), layout: 'sequence' as const, channels: 128 }
    expect(lastOfEachResolution([...taps, flat])).toEqual(['stem/2', 'layer1/9', 'head'])
    expect(lastOfEachResolution([flat])).toEqual(['flat'])
  })

  it('is never more than a search takes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 })), (sides) => {
        const many = sides.map((side, depth) => tap(`t${depth}`, depth, [3, side, side]))
        const last = lastOfEachResolution(many)
        expect(last.length).toBe(Math.min(mostTaps, new Set(sides).size))
      }),
    )
  })
})

describe('how pictures are written', () => {
  const picture = { height: 224, width: 192, ...scalingNamed('ImageNet') }

  it('comes back from its inputs', () => expect(pictureFrom(draftOf(picture))).toEqual(picture))

  it('is told by its name, until a number differs', () => {
    const draft = draftOf(picture)
    expect(scalingOf(draft)).toBe('ImageNet')
    expect(scalingOf({ ...draft, mean: '0.4, 0.4, 0.4' })).toBe(null)
  })

  it.each([
    { height: '0' },
    { width: '3000' },
    { mean: '1, 2' },
    { deviation: '1, 0, 1' },
    { mean: 'a b c' },
  ])('is refused with %j', (change) => expect(pictureFrom({ ...draftOf(picture), ...change })).toBe(null))
})
