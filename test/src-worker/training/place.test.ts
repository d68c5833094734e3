import type * as ort from 'onnxruntime-node'
import { expect, it, vi } from 'vitest'
import { Held } from '#worker/onnx/held.ts'
import { floats } from '#worker/onnx/session.ts'
import { disposeOf, numbersOf } from '#worker/training/place.ts'

it('gives back what the device holds of a place, and leaves numbers alone', async () => {
  const dispose = vi.fn()
  const held = () => new Held({ dims: [2], dispose } as unknown as ort.Tensor, 'webgpu')
  const numbers = floats(Float32Array.of(1, 2), [2])
  disposeOf({ step: 3, vectors: { weights: held(), m: held(), v: numbers } })
  expect(dispose).toHaveBeenCalledTimes(2)
  expect(await numbersOf(numbers)).toEqual(Float32Array.of(1, 2))
})
