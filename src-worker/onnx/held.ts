import * as ort from 'onnxruntime-node'
import type { DeviceName } from '#contract/device.ts'
import { Graph } from '../graph/graph.ts'
import { stopGradient } from '../graph/functions.ts'
import type { Shape } from '../graph/tensor.ts'
import { encodeModel } from './encode.ts'

/** The result of a run that stays on the device and can be fed again; whoever holds it disposes of it. */
export class Held {
  readonly tensor: ort.Tensor
  readonly #device: DeviceName

  constructor(tensor: ort.Tensor, device: DeviceName) {
    this.tensor = tensor
    this.#device = device
  }

  get shape(): Shape {
    return this.tensor.dims
  }

  /** A copy of its numbers. */
  async read(): Promise<Float32Array> {
    // A model that copies: asking the tensor itself for its data ends the process.
    const session = await (copiers[this.#device] ??= openCopier(this.#device))
    const { y } = await session.run({ x: this.tensor })
    return y.data as Float32Array
  }

  dispose(): void {
    this.tensor.dispose()
  }
}

/** Sessions that copy a vector from their device, kept for the life of the process. */
const copiers: Partial<Record<DeviceName, Promise<ort.InferenceSession>>> = {}

function openCopier(device: DeviceName): Promise<ort.InferenceSession> {
  const graph = new Graph({ name: 'copy' })
  graph.output(stopGradient(graph.input('x', [-1])), 'y')
  return ort.InferenceSession.create(encodeModel(graph), {
    executionProviders: [device, 'cpu'],
    preferredOutputLocation: 'cpu',
    logSeverityLevel: 4,
  })
}
