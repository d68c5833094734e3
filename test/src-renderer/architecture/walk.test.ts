import { describe, expect, it } from 'vitest'
import { walkFrom } from '../../../src-renderer/architecture/walk.ts'

const places = [
  { id: 'a', x: 0, y: 0 },
  { id: 'b', x: 0, y: 30 },
  { id: 'c', x: 100, y: 28 },
  { id: 'd', x: 60, y: 200 },
]

describe('walkFrom', () => {
  it('goes to the nearest place in the direction, straight before near', () => {
    expect(walkFrom(places, 'a', 'down')).toBe('b')
    expect(walkFrom(places, 'b', 'right')).toBe('c')
    expect(walkFrom(places, 'c', 'left')).toBe('b')
  })

  it('stays where nothing lies ahead', () => {
    expect(walkFrom(places, 'a', 'up')).toBe('a')
    expect(walkFrom(places, 'a', 'left')).toBe('a')
  })

  it('begins at the first place when it stands nowhere', () => {
    expect(walkFrom(places, 'gone', 'right')).toBe('a')
  })
})
