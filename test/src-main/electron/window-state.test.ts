import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { boundsOn, firstSize, readWindowState, writeWindowState } from '#main/electron/window-state.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const state = { bounds: { x: 100, y: 50, width: 1200, height: 800 }, maximized: true }

describe('the place of the window', () => {
  it('is kept', () => {
    const path = join(temporaryFolder(), 'new', 'window.json')
    writeWindowState(path, state)
    expect(readWindowState(path)).toEqual(state)
    expect(boundsOn([screen], state)).toEqual(state.bounds)
  })

  it('is a first one where none is kept, or what is kept is no place', () => {
    const path = join(temporaryFolder(), 'window.json')
    expect(readWindowState(path)).toBeNull()
    for (const text of ['', '{', 'null', '{"bounds":{"x":0,"y":0,"width":3,"height":3},"maximized":false}']) {
      writeFileSync(path, text)
      expect(readWindowState(path)).toBeNull()
    }
    expect(boundsOn([screen], null)).toEqual(firstSize)
  })

  it('is a first one when a smaller window was kept than can be opened', () => {
    const path = join(temporaryFolder(), 'window.json')
    writeWindowState(path, { ...state, bounds: { ...state.bounds, width: 320 } })
    expect(readWindowState(path)).toBeNull()
  })

  it('is a first one when its screen is gone', () => {
    const beside = { ...state, bounds: { ...state.bounds, x: 2000 } }
    expect(boundsOn([screen], beside)).toEqual(firstSize)
    expect(boundsOn([screen, { ...screen, x: 1920 }], beside)).toEqual(beside.bounds)
  })
})
