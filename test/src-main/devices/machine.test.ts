import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeMachine } from '#main/devices/describe-machine.ts'
import { cardsFromCsv, listGraphicsCards } from '#main/devices/graphics-cards.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

describe('graphics cards', () => {
  it('are read from the lines of the driver; what it does not know is unknown, not 0', () => {
    const text = '0, NVIDIA H200, 143771, 1024, 37, 41\n1, NVIDIA T400, 2048, [N/A], [Not Supported], 55\n'
    expect(cardsFromCsv(text)).toEqual([
      {
        index: 0,
        name: 'NVIDIA H200',
        memoryBytes: 143771 * 2 ** 20,
        usedBytes: 2 ** 30,
        load: 0.37,
        celsius: 41,
      },
      { index: 1, name: 'NVIDIA T400', memoryBytes: 2 ** 31, usedBytes: null, load: null, celsius: 55 },
    ])
    expect(cardsFromCsv('')).toEqual([])
    expect(cardsFromCsv('NVIDIA-SMI has failed because it could not communicate with the driver.\n')).toEqual(
      [],
    )
  })

  it.skipIf(process.platform === 'win32')('are none where the program is missing or fails', async () => {
    expect(await listGraphicsCards('/nowhere/nvidia-smi')).toEqual([])
    const failing = join(temporaryFolder(), 'nvidia-smi')
    writeFileSync(failing, '#!/bin/sh\necho "no devices were found"\nexit 6\n')
    chmodSync(failing, 0o755)
    expect(await listGraphicsCards(failing)).toEqual([])
  })
})

it('the machine tells its processor, memory, and the disk of the data folder', async () => {
  const machine = await describeMachine(temporaryFolder())
  expect(machine.cores).toBeGreaterThan(0)
  expect(machine.processor).not.toBe('')
  expect(machine.freeMemoryBytes).toBeLessThan(machine.memoryBytes)
  expect(machine.freeDiskBytes).toBeGreaterThan(0)
  expect(machine.freeDiskBytes).toBeLessThanOrEqual(machine.diskBytes)
})
