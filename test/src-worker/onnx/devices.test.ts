import { describe, expect, it } from 'vitest'
import { chooseDevice, listDevices, refuseSlow } from '#worker/onnx/devices.ts'

describe('devices', () => {
  it('are listed best first; each either works or says why not', async () => {
    const devices = await listDevices()
    expect(devices.map(({ device }) => device)).toEqual(['cuda', 'webgpu', 'cpu'])
    expect(devices.at(-1)).toMatchObject({ device: 'cpu', available: true, reason: '' })
    expect(devices.at(-1)!.productMs).toBeGreaterThan(0)
    for (const { available, reason } of devices) expect(available).toBe(reason === '')
    const { device, refused } = await chooseDevice('auto')
    expect(device).toBe(refuseSlow(devices).find(({ available }) => available)!.device)
    expect(refused.every(({ reason }) => reason.length > 0)).toBe(true)
  })

  it('a refused device that is asked for is a problem with its reason', async () => {
    const refused = (await listDevices()).filter(({ available }) => !available)
    for (const { device } of refused)
      await expect(chooseDevice(device)).rejects.toMatchObject({
        code: 'device-unavailable',
        where: device,
        detail: expect.stringMatching(/\w{3}/),
      })
  })

  it('that are far slower than the processor are refused, with both times', () => {
    const works = { available: true, reason: '' }
    const [slow, fast, cpu] = refuseSlow([
      { device: 'cuda', ...works, productMs: 900 },
      { device: 'webgpu', ...works, productMs: 4 },
      { device: 'cpu', ...works, productMs: 3 },
    ])
    expect(slow).toMatchObject({ available: false, reason: expect.stringMatching(/900.*3\.0/) })
    expect(fast.available && cpu.available).toBe(true)
  })

  it('a missing library is named', async () => {
    const [{ available, reason }] = await listDevices()
    const told = available || /\.so|\.dll|not supported|not available/i.test(reason)
    expect(told).toBe(true)
  })
})
