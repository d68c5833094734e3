import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Genotype } from '#contract/genotype.ts'
import type { Preprocessing, PreprocessingFile } from '../dataset/preprocess.ts'
import { asDataFolderProblem, syncFolder, writeDurably } from '../run-directory/atomic-file.ts'
import { encodeJson } from '../run-directory/json.ts'
import { unfinishedPrefix } from '../run-directory/layout.ts'
import { encodeSafetensors, type StoredTensor } from '../run-directory/safetensors.ts'

/** What another program needs to use a model, and to check that it uses it right. */
export interface Bundle {
  model: Uint8Array
  genotype: Genotype
  /** By input name. */
  preprocessing: Record<string, Preprocessing>
  classes: readonly string[]
  /** Preprocessed inputs of a few test samples, and the `logits` and `scores` that the engine computes for them. */
  golden: Record<string, StoredTensor>
  /** What the model is and how good it is, for people and programs. */
  card: Record<string, unknown>
}

/**
 * Writes `model.onnx`, `genotype.json`, `preprocessing.json`, `golden.safetensors` and `model.json` into a folder that
 * appears complete or not at all; an earlier one is replaced. Returns the paths. Throws `data-folder-unwritable`.
 */
export function writeBundle(folder: string, bundle: Bundle): string[] {
  const { model, genotype, preprocessing, classes, golden, card } = bundle
  const described: PreprocessingFile = { version: 1, inputs: preprocessing, classes: [...classes] }
  const files: Record<string, string | Uint8Array> = {
    'model.onnx': model,
    'genotype.json': encodeJson(genotype),
    'preprocessing.json': encodeJson(described),
    'golden.safetensors': encodeSafetensors({ tensors: golden, metadata: {} }),
    'model.json': encodeJson(card),
  }
  const unfinished = join(dirname(folder), unfinishedPrefix + basename(folder))
  return asDataFolderProblem(folder, () => {
    rmSync(unfinished, { recursive: true, force: true })
    mkdirSync(unfinished, { recursive: true })
    for (const [name, content] of Object.entries(files)) writeDurably(join(unfinished, name), content)
    syncFolder(unfinished)
    rmSync(folder, { recursive: true, force: true })
    renameSync(unfinished, folder)
    syncFolder(dirname(folder))
    return Object.keys(files).map((name) => join(folder, name))
  })
}
