import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCheckpoint, writeCheckpoint } from '#worker/run-directory/checkpoint.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { filesBelow } from './folders.ts'

function checkpointOf(epoch: number) {
  const weights = { shape: [2, 2], data: Float32Array.of(epoch, 0.1, -0, 3) }
  const alphas = { shape: [2], data: Float64Array.of(epoch / 3, 1e-300) }
  return { tensors: { weights, alphas }, meta: { phase: 'search', epoch }, afterSeq: 10 * epoch }
}

function folderWith(epochs: number[]): string {
  const directory = temporaryFolder()
  for (const epoch of epochs) writeCheckpoint(directory, checkpointOf(epoch))
  return directory
}

const pathOf = (directory: string, file: number) =>
  join(directory, 'checkpoints', `${String(file).padStart(6, '0')}.safetensors`)

describe('checkpoints', () => {
  it('come back bit for bit', () => {
    const found = readCheckpoint(folderWith([4]))
    expect(found).toMatchObject({ ...checkpointOf(4), damaged: [] })
  })

  it('are two at most, the newest', () => {
    const directory = folderWith([1, 2, 3, 4])
    expect(filesBelow(join(directory, 'checkpoints'))).toEqual(['000003.safetensors', '000004.safetensors'])
    expect(readCheckpoint(directory)!.afterSeq).toBe(40)
  })

  it('are none in a run that has just begun', () => {
    expect(readCheckpoint(temporaryFolder())).toBeNull()
  })

  it('fall back to the one before when the newest is cut short, and say so', () => {
    const directory = folderWith([1, 2])
    truncateSync(pathOf(directory, 2), 300)
    const found = readCheckpoint(directory)!
    expect(found).toMatchObject(checkpointOf(1))
    expect(found.damaged).toEqual([
      { file: pathOf(directory, 2), reason: expect.stringContaining('not a safetensors file') },
    ])
  })

  it('notice a single changed bit, wherever it is', () => {
    const directory = folderWith([1, 2])
    const whole = readFileSync(pathOf(directory, 2))
    for (let i = 0; i < whole.length; i++) {
      if (whole[i] === 0x20 && i < whole.length - 32) continue // white space in the header
      const changed = Buffer.from(whole)
      changed[i] ^= 1
      writeFileSync(pathOf(directory, 2), changed)
      expect(readCheckpoint(directory)!.meta, `byte ${i}`).toEqual({ phase: 'search', epoch: 1 })
    }
  })

  it('fail when there are some and none is whole', () => {
    const directory = folderWith([1, 2])
    for (const file of [1, 2]) writeFileSync(pathOf(directory, file), 'rubbish')
    expect(() => readCheckpoint(directory)).toThrow(expect.objectContaining({ code: 'run-damaged' }))
  })

  it('are not confused by other files among them', () => {
    const directory = folderWith([1])
    copyFileSync(pathOf(directory, 1), join(directory, 'checkpoints', '.unfinished-000009.safetensors-x'))
    expect(readCheckpoint(directory)!.file).toBe(pathOf(directory, 1))
  })
})
