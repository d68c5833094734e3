import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { asDataFolderProblem, writeAtomically } from '../run-directory/atomic-file.ts'
import { decodeSafetensors, encodeSafetensors, vector } from '../run-directory/safetensors.ts'

/** Vectors by name, as a trained model leaves them in the folder `models` of its run. */
export type Vectors = Record<string, Float32Array>

/** The names of the models that a run leaves. */
export const modelNames = {
  backbone: (modality: string) => `backbone-${modality}`,
  supernet: 'supernet',
  repetition: (model: string, repetition: number) => `${model}-${repetition}`,
}

const pathOf = (directory: string, name: string) => join(directory, 'models', `${name}.safetensors`)

/** Writes the vectors of a model, whole or not at all. Throws `data-folder-unwritable`. */
export function saveModel(directory: string, name: string, vectors: Vectors): void {
  const path = pathOf(directory, name)
  const tensors = Object.entries(vectors).map(([key, data]) => [key, vector(data)] as const)
  asDataFolderProblem(path, () => {
    mkdirSync(join(directory, 'models'), { recursive: true })
    writeAtomically(path, encodeSafetensors({ tensors: Object.fromEntries(tensors), metadata: {} }))
  })
}

/** Throws `run-damaged` when the file is not there or not whole. */
export function loadModel(directory: string, name: string): Vectors {
  const path = pathOf(directory, name)
  const { tensors } = decodeSafetensors(readModel(path), path)
  return Object.fromEntries(Object.entries(tensors).map(([key, { data }]) => [key, data as Float32Array]))
}

function readModel(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Problem('run-damaged', path, (error as Error).message, { cause: error })
  }
}
