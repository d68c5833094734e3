import { describe, expect, it } from 'vitest'
import { nameInStudy, tellsSeed } from '../../../../src-renderer/runs/table/run-name.ts'

describe('a name in the list of runs', () => {
  it('goes without the name of its study, and keeps any other end', () => {
    expect(nameInStudy('darts, 8, seed 3 · widths', 'widths')).toBe('darts, 8, seed 3')
    expect(nameInStudy('darts, 8, seed 3 · widths', 'depths')).toBe('darts, 8, seed 3 · widths')
    expect(nameInStudy('long night · widths', null)).toBe('long night · widths')
    expect(nameInStudy(' · widths', 'widths')).toBe(' · widths')
  })

  it('says its own seed or needs it beside it', () => {
    expect(tellsSeed('darts, 8, seed 3', 3)).toBe(true)
    expect(tellsSeed('darts, 8, seed 31', 3)).toBe(false)
    expect(tellsSeed('demo', 3)).toBe(false)
  })
})
