import { describe, expect, it } from 'vitest'
import type { DeviceStatus } from '#contract/device.ts'
import { chooseDevice, refuseSlow } from '#worker/onnx/devices.ts'

const works = { available: true, reason: '' }
const found: DeviceStatus[] = [
  { device: 'cuda', available: false, reason: 'libcudart.so is missing', productMs: null },
  { device: 'webgpu', ...works, productMs: 4 },
  { device: 'cpu', ...works, productMs: 3 },
]

describe('devices', () => {
  it('auto takes the first that works, and tells why each better one was not taken', () => {
    expect(chooseDevice('auto', found)).toEqual({
      device: 'webgpu',
      refused: [{ device: 'cuda', reason: 'libcudart.so is missing' }],
    })
  })

  it('a refused device that is asked for is a problem with its reason', () => {
    expect(() => chooseDevice('cuda', found)).toThrow(
      expect.objectContaining({
        code: 'device-unavailable',
        where: 'cuda',
        detail: expect.stringContaining('libcudart.so'),
      }),
    )
  })

  it('where none were looked for there is only the processor', () => {
    expect(chooseDevice('auto', []).device).toBe('cpu')
    expect(chooseDevice('cpu', []).device).toBe('cpu')
    expect(() => chooseDevice('webgpu', [])).toThrow(expect.objectContaining({ code: 'device-unavailable' }))
  })

  it('that are far slower than the processor are refused, with both times', () => {
    const [slow, fast, cpu] = refuseSlow([
      { device: 'cuda', ...works, productMs: 900 },
      { device: 'webgpu', ...works, productMs: 4 },
      { device: 'cpu', ...works, productMs: 3 },
    ])
    expect(slow).toMatchObject({ available: false, reason: expect.stringMatching(/900.*3\.0/) })
    expect(fast.available && cpu.available).toBe(true)
  })

  it('a software adapter is used when it is asked for by name', () => {
    const software = found.map((status) =>
      status.device === 'webgpu' ? { ...status, productMs: 900 } : status,
    )
    expect(chooseDevice('auto', software).device).toBe('cpu')
    expect(chooseDevice('webgpu', software).device).toBe('webgpu')
  })
})
