import { describe, expect, it } from 'vitest'
import { tagChoices, tagFromText } from '../../../src-renderer/runs/tags.ts'

describe('tags', () => {
  it('are told by how many of the runs have them, those of the runs first', () => {
    const runs = [['paper', 'keep'], ['paper']]
    expect(tagChoices(runs, ['ablation', 'paper'], '')).toEqual([
      { tag: 'keep', on: 'some' },
      { tag: 'paper', on: 'all' },
      { tag: 'ablation', on: 'none' },
    ])
    expect(tagChoices(runs, ['ablation', 'paper'], ' PAP').map(({ tag }) => tag)).toEqual(['paper'])
  })

  it('are stored without needless spaces', () => {
    expect(tagFromText('  long \t night ')).toBe('long night')
  })
})
