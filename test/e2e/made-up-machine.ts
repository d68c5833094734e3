import type { Handlers } from '#contract/calls.ts'
import { defaultSettings } from '#contract/settings.ts'

/** What the pages Devices and Settings ask for: a machine whose CUDA does not work, and settings that can be changed. */
export function machineAnswers(): Partial<Handlers> {
  let settings = defaultSettings
  return {
    'devices.list': async () => [
      { device: 'cuda', available: false, reason: 'libcudart.so.12 is missing', productMs: null },
      { device: 'webgpu', available: true, reason: '', productMs: 1.5 },
      { device: 'cpu', available: true, reason: '', productMs: 3 },
    ],
    'devices.machine': async () => ({
      processor: 'Abacus 9',
      cores: 8,
      load: 0.5,
      memoryBytes: 32e9,
      freeMemoryBytes: 8e9,
      diskBytes: 1e12,
      freeDiskBytes: 5e10,
      graphicsCards: [
        { index: 0, name: 'NVIDIA H200', memoryBytes: 15e10, usedBytes: 5e10, load: 0.4, celsius: 61 },
      ],
    }),
    'settings.get': async () => settings,
    'settings.change': async (change) => (settings = { ...settings, ...change }),
  }
}
