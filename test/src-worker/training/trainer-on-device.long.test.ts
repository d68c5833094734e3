import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

/** A Vulkan driver that computes on the processor; Debian's chromium brings it, libvulkan1 loads it. */
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'
const loader = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1']
const missing = !existsSync(driver) || !loader.some((path) => existsSync(path))
if (missing)
  console.log('WebGPU is not tested: apt-get install chromium libvulkan1 brings a software adapter.')

const program = fileURLToPath(new URL('../../fixtures/train-on-device.ts', import.meta.url))
const stepsPerCall = 2
const steps = 10

describe.skipIf(missing)('a state that stays on the device', () => {
  it('is the state that copying it for every call gives, and that of the processor', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'webgpu'], {
      env: { ...process.env, VK_DRIVER_FILES: driver },
    })
    const { vectorsHeld, held, copied, processor } = JSON.parse(stdout)
    // Weights and two moments after every call, each given back once.
    expect(vectorsHeld).toBe(3 * (steps / stepsPerCall))
    expect(held).toEqual(copied)
    expect(held.step).toBe(steps)
    const near = (values: number[], others: number[]) =>
      values.forEach((value, i) => expect(value).toBeCloseTo(others[i], 5))
    for (const name of ['losses', 'weights', 'm', 'v']) near(held[name], processor[name])
  })
})
