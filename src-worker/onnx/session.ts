import type { DeviceName } from '#contract/device.ts'
import * as ort from 'onnxruntime-node'
import { isWantOfMemory, Problem } from '#contract/problem.ts'
import { elementCount, type DType, type Shape } from '../graph/tensor.ts'
import { Held } from './held.ts'
import { decideSpinning } from './spinning.ts'

/** Numbers with their shape, as they go into and come out of a model. */
export interface Value {
  readonly data: Float32Array | BigInt64Array | Uint8Array
  readonly shape: Shape
}

export interface SessionOptions {
  /** 'cpu' when omitted. A device that cannot run is a problem: probe it first. */
  device?: DeviceName
  /** Threads inside one operator. */
  threads?: number
  /**
   * Microseconds for which threads wait actively for work: faster on a quiet machine, much slower on a busy one. Decided
   * by the load of the machine when omitted.
   */
  spinning?: number
  /** ONNX Runtime writes its errors to standard error as well; they are in the problem anyway. */
  verbose?: boolean
  /** Beginning of a file's path: the times of all nodes are written there when the session is released. */
  profile?: string
  /** Outputs that stay on the device; on the processor, where nothing is copied, they come as all others. */
  held?: readonly string[]
}

/** A loaded model. Feeds alias their arrays during a run; outputs are the caller's own. */
export interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Readonly<Record<string, Value>>): Promise<Record<string, Value>>
  /** As run, for a session that was asked to hold outputs; feeds may be what it held. */
  runHeld(feeds: Readonly<Record<string, Value | Held>>): Promise<Record<string, Value | Held>>
  release(): Promise<void>
}

/** float32 numbers with their shape; throws a problem when the count is not the shape's. */
export function floats(data: Float32Array, shape: Shape): Value {
  return checked(data, shape)
}

/** int64 numbers with their shape. */
export function integers(values: ArrayLike<number>, shape: Shape): Value {
  return checked(BigInt64Array.from(Array.from(values), BigInt), shape)
}

/** Truth values with their shape. */
export function booleans(values: ArrayLike<boolean>, shape: Shape): Value {
  return checked(Uint8Array.from(Array.from(values), Number), shape)
}

function checked<T extends Value['data']>(data: T, shape: Shape): Value {
  if (data.length !== elementCount(shape))
    throw new Problem('shape-mismatch', 'session input', `${data.length} values as [${shape}]`)
  return { data, shape }
}

/** Loads a model. What ONNX Runtime refuses is a problem that names the scope of the node. */
export async function createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const {
    device = 'cpu',
    threads = 1,
    spinning = decideSpinning(threads),
    verbose = false,
    profile,
    held = [],
  } = options
  const holds = device === 'webgpu' ? held : []
  const session = await guarded(() =>
    ort.InferenceSession.create(model, {
      executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: verbose ? 3 : 4,
      ...(profile && { enableProfiling: true, profileFilePrefix: profile }),
      ...(holds.length > 0 && { preferredOutputLocation: locations(holds) }),
      extra: { session: { intra_op: spinningConfig(spinning) } },
    }),
  )
  const run = async (feeds: Readonly<Record<string, Value | Held>>) => {
    const tensors = Object.entries(feeds).map(([name, value]) => [name, tensorOf(value)])
    const results = await guarded(() => session.run(Object.fromEntries(tensors), { logSeverityLevel: 4 }))
    return Object.entries(results)
  }
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (feeds) =>
      Object.fromEntries((await run(feeds)).map(([name, tensor]) => [name, valueOf(tensor)])),
    runHeld: async (feeds) =>
      Object.fromEntries(
        (await run(feeds)).map(([name, tensor]) => [
          name,
          holds.includes(name) ? new Held(tensor, device) : valueOf(tensor),
        ]),
      ),
    release: () => session.release(),
  }
}

function tensorOf(value: Value | Held): ort.Tensor {
  return value instanceof Held ? value.tensor : new ort.Tensor(dtypeOf(value.data), value.data, value.shape)
}

function valueOf(tensor: ort.Tensor): Value {
  return { data: tensor.data as Value['data'], shape: tensor.dims }
}

/** Where outputs go: what is not named goes to the processor. */
function locations(held: readonly string[]): Record<string, 'gpu-buffer'> {
  return Object.fromEntries(held.map((name) => [name, 'gpu-buffer']))
}

function spinningConfig(microseconds: number): Record<string, string> {
  return microseconds > 0 ? { spin_duration_us: String(microseconds) } : { allow_spinning: '0' }
}

function dtypeOf(data: Value['data']): DType {
  if (data instanceof Float32Array) return 'float32'
  return data instanceof BigInt64Array ? 'int64' : 'bool'
}

async function guarded<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = isWantOfMemory(error) ? 'out-of-memory' : 'engine-failed'
    throw new Problem(code, scopeIn(message) ?? 'model', message, { cause: error })
  }
}

/** The node that ONNX Runtime complains about, by the two ways in which it quotes names. */
function scopeIn(message: string): string | undefined {
  return /Name:\s*'([^']+)'/.exec(message)?.[1] ?? /Node \(([^)]+)\)/.exec(message)?.[1]
}
