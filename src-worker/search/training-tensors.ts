import { vector, type StoredTensor } from '../run-directory/safetensors.ts'
import type { TrainingState } from '../training/trainer.ts'

/** What training has reached, as a checkpoint holds it. */
export function tensorsOf({ weights, m, v, step }: TrainingState): Record<string, StoredTensor> {
  return {
    weights: vector(weights),
    m: vector(m),
    v: vector(v),
    step: { shape: [1], data: Float64Array.of(step) },
  }
}

/** What training had reached when a checkpoint was made. */
export function trainingStateOf(tensors: Readonly<Record<string, StoredTensor>>): TrainingState {
  const values = (name: string) => tensors[name].data as Float32Array
  return {
    weights: values('weights'),
    m: values('m'),
    v: values('v'),
    step: Number(tensors['step'].data[0]),
  }
}
