import type { TaskName } from '#contract/dataset.ts'
import type { DeviceName } from '#contract/device.ts'
import { Problem } from '#contract/problem.ts'
import type { BackboneNetwork } from '../backbone/backbone.ts'
import type { Preprocessing } from '../dataset/preprocess.ts'
import type { Samples } from '../backbone/samples.ts'
import { encodeModel, irVersion, opset } from '../onnx/encode.ts'
import { joinModels, type Joined } from '../onnx/join-models.ts'
import { createSession, floats, type Session, type Value } from '../onnx/session.ts'
import type { StoredTensor } from '../run-directory/safetensors.ts'
import { batchesOf } from '../training/batches.ts'
import { guestOf } from './frozen/frozen-taps.ts'
import type { FrozenModality } from './frozen/open-frozen.ts'
import { classifierGraph } from './onnx-graph.ts'
import type { Trained } from './trained.ts'

export interface ClassifierTask {
  backbones: Readonly<Record<string, Trained<BackboneNetwork>>>
  samples: Readonly<Record<string, Samples>>
  fusion: Trained
  /** Positions of every feature. */
  length: number
  task: TaskName
  classes: number
  /** Samples of the test split, in order. */
  rows: readonly number[]
  /** What the engine computes for them from the extracted features: logits `[rows, classes]`. */
  expected: Float32Array
  /** What extracted the features. */
  device: DeviceName
  threads: number
  /** Preprocessing that the model takes over where it can; the samples are raw numbers there. */
  inside?: Readonly<Record<string, Preprocessing>>
  /** Imported files that become part of the model, by modality; the samples are raw values there. */
  files?: Readonly<Record<string, FrozenModality>>
  /** Free-text properties of the model file. */
  metadata?: Readonly<Record<string, string>>
}

export interface ExportedClassifier extends Joined {
  /** Names of the inputs: the modalities that the fusion reads. */
  inputs: string[]
  /** Logits of the exported model on all rows, `[rows, classes]`. */
  logits: Float32Array
  /** Largest difference of a logit from the engine's. */
  difference: number
  golden: Record<string, StoredTensor>
  /** Milliseconds for one sample: the median of repeated calls. */
  latencyMs: number
}

export const goldenSamples = 16
const batchSize = 64
const timedCalls = 40
/**
 * Largest difference of a logit between the engine and the exported model, which runs on the processor. Another device
 * that extracted the features rounds otherwise, by far less than a wrong weight would.
 */
const tolerance = { processor: 1e-4, other: 1e-2 }

/**
 * The classifier as an ONNX model, checked: it is run by ONNX Runtime on every row, and its logits must be the engine's
 * within 1e-4 (1e-2 where another device than the processor extracted the features).
 * @throws Problem `engine-failed` when they are not, Unjoinable when it cannot hold the files.
 */
export async function exportClassifier(task: ClassifierTask): Promise<ExportedClassifier> {
  const { rows, expected, classes, threads } = task
  const graph = classifierGraph(task.backbones, task.fusion, task)
  const inputs = graph.inputs.map(({ name }) => name)
  const joined = join(encodeModel(graph, { metadata: task.metadata }), task)
  const session = await createSession(joined.model, { threads })
  try {
    const logits = new Float32Array(rows.length * classes)
    for (const [i, batch] of batchesOf(rows, batchSize).entries()) {
      const outputs = await session.run(feedsOf(task, inputs, batch))
      logits.set(outputs['logits'].data as Float32Array, i * batchSize * classes)
    }
    const difference = logits.reduce((worst, logit, i) => Math.max(worst, Math.abs(logit - expected[i])), 0)
    requireClose(difference, task.device)
    const few = rows.slice(0, goldenSamples)
    const feeds = feedsOf(task, inputs, few)
    const golden = { ...feeds, ...(await session.run(feeds)) }
    return {
      ...joined,
      inputs,
      logits,
      difference,
      golden: Object.fromEntries(Object.entries(golden).map(([name, value]) => [name, storedOf(value)])),
      latencyMs: await measureLatency(session, feedsOf(task, inputs, rows.slice(0, 1))),
    }
  } finally {
    await session.release()
  }
}

/** @throws Problem `engine-failed` when a logit differs by so much from that of features by the device. */
export function requireClose(difference: number, device: DeviceName): void {
  if (difference <= (device === 'cpu' ? tolerance.processor : tolerance.other)) return
  throw new Problem('engine-failed', 'exported model', `a logit differs by ${difference} from the engine's`)
}

function join(model: Uint8Array, { files = {} }: ClassifierTask): Joined {
  const guests = Object.entries(files).map(([name, file]) => [name, guestOf(file)] as const)
  if (guests.length === 0) return { model, opset, irVersion }
  return joinModels(model, Object.fromEntries(guests))
}

function feedsOf(
  { samples }: ClassifierTask,
  inputs: readonly string[],
  rows: readonly number[],
): Record<string, Value> {
  const feeds = inputs.map((name) => {
    const { shape } = samples[name]
    return [name, floats(samples[name].rows(rows), [rows.length, ...shape])] as const
  })
  return Object.fromEntries(feeds)
}

const storedOf = ({ data, shape }: Value): StoredTensor => ({ data: data as Float32Array, shape })

async function measureLatency(session: Session, feeds: Record<string, Value>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < timedCalls; i++) {
    const began = performance.now()
    await session.run(feeds)
    times.push(performance.now() - began)
  }
  return times.sort((a, b) => a - b)[timedCalls >> 1]
}
