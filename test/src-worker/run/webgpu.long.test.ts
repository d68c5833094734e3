import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { foldEvents } from '#contract/run/state.ts'
import { readEvents, readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { runWorker } from '../../fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

/** A Vulkan driver that computes on the processor; Debian's chromium brings it, libvulkan1 loads it. */
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'
const loader = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1']
const missing = !existsSync(driver) || !loader.some((path) => existsSync(path))
if (missing)
  console.log('WebGPU is not tested: apt-get install chromium libvulkan1 brings a software adapter.')

const root = folderForAll()

describe.skipIf(missing)('a run on WebGPU', () => {
  it('has the losses and scores of the same run on the processor', async () => {
    const table = writeVectorTable(join(root, 'data'))
    const execute = async (device: 'webgpu' | 'cpu') => {
      const dataDir = join(root, device)
      mkdirSync(join(dataDir, 'runs'), { recursive: true })
      const config = smallConfig(table, { device, training: { epochs: 1, batchSize: 16, repetitions: 1 } })
      const { directory } = createRun(join(dataDir, 'runs'), {
        ...config,
        search: { ...config.search, epochs: 2 },
      })
      const devices = [{ device, available: true, reason: '', productMs: 1 }]
      await runWorker({ directory, dataDir, devices, env: { VK_DRIVER_FILES: driver } })
      expect(readStatus(directory)).toMatchObject({ state: 'done', problem: null })
      return foldEvents(readEvents(directory)).byType
    }
    const [gpu, cpu] = [await execute('webgpu'), await execute('cpu')]
    expect(gpu.started[0].device).toBe('webgpu')
    const lossesOf = (run: typeof cpu) => [
      ...run['backbone-epoch'].map(({ trainLoss }) => trainLoss),
      ...run['search-epoch'].map(({ trainLoss }) => trainLoss),
      ...run['model-epoch'].map(({ trainLoss }) => trainLoss),
    ]
    lossesOf(gpu).forEach((loss, i) => expect(loss).toBeCloseTo(lossesOf(cpu)[i], 4))
    expect(gpu.searched[0].genotype).toEqual(cpu.searched[0].genotype)
  })
})
