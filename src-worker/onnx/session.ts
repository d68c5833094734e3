import type { DeviceName } from '#contract/device.ts'
import * as ort from 'onnxruntime-node'
import { Problem } from '#contract/problem.ts'
import { elementCount, type DType, type Shape } from '../graph/tensor.ts'
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
}

/** A loaded model. Feeds alias their arrays during a run; outputs are the caller's own. */
export interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Readonly<Record<string, Value>>): Promise<Record<string, Value>>
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
  } = options
  const session = await guarded(() =>
    ort.InferenceSession.create(model, {
      executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: verbose ? 3 : 4,
      ...(profile && { enableProfiling: true, profileFilePrefix: profile }),
      extra: { session: { intra_op: spinningConfig(spinning) } },
    }),
  )
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (feeds) => {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { data, shape }]) => [
          name,
          new ort.Tensor(dtypeOf(data), data, shape),
        ]),
      )
      const results = await guarded(() => session.run(tensors, { logSeverityLevel: 4 }))
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [
          name,
          { data: tensor.data as Value['data'], shape: tensor.dims },
        ]),
      )
    },
    release: () => session.release(),
  }
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
    const code = isOutOfMemory(message) ? 'out-of-memory' : 'engine-failed'
    throw new Problem(code, scopeIn(message) ?? 'model', message, { cause: error })
  }
}

/** The words of the allocators of C++, ONNX Runtime's arena, CUDA and Node for memory that they did not get. */
export function isOutOfMemory(message: string): boolean {
  return /bad_alloc|bad allocation|failed to allocate|out of memory|array buffer allocation failed/i.test(
    message,
  )
}

/** The node that ONNX Runtime complains about, by the two ways in which it quotes names. */
function scopeIn(message: string): string | undefined {
  return /Name:\s*'([^']+)'/.exec(message)?.[1] ?? /Node \(([^)]+)\)/.exec(message)?.[1]
}
