import { labelThreshold, type TaskName } from '#contract/dataset.ts'
import type { Genotype } from '#contract/genotype.ts'
import type { Preprocessing, PreprocessingFile } from '../dataset/preprocess.ts'
import { encodeJson } from '../run-directory/json.ts'
import { encodeSafetensors, type StoredTensor } from '../run-directory/safetensors.ts'
import { onnxNodeExample } from './examples/onnx-node.ts'
import type { ChainedBackbone } from './frozen/chain.ts'
import type { ScaledImage } from './frozen/raw-preprocessing.ts'
import { onnxPythonExample } from './examples/onnx-python.ts'
import type { FolderFiles } from './write-folder.ts'

/** What another program needs to use a model, and to check that it uses it right. */
export interface Bundle {
  model: Uint8Array
  genotype: Genotype
  /** What must be done to raw values before the model reads them, by input name. */
  preprocessing: Record<string, Preprocessing | ScaledImage>
  /** Files beside the model that read modalities first, by modality, and their contents by path. */
  chained?: { backbones: Record<string, ChainedBackbone>; files: FolderFiles }
  task: TaskName
  classes: readonly string[]
  /** Inputs of a few test samples, and the `logits` and `scores` that the engine computes for them. */
  golden: Record<string, StoredTensor>
  /** The raw values behind the golden inputs, as files. */
  samples: FolderFiles
  /** What the model is and how good it is, for people and programs. */
  card: Record<string, unknown>
}

/** The content of `preprocessing.json`: what is done to raw values, and how scores become classes. */
export function preprocessingFileOf(
  { task, classes }: Pick<Bundle, 'task' | 'classes'>,
  inputs: Record<string, Preprocessing | ScaledImage>,
): PreprocessingFile {
  const how = task === 'multi-label' ? { task, threshold: labelThreshold } : { task }
  return { version: 1, inputs, classes: [...classes], ...how }
}

/**
 * The files of a bundle: `model.onnx`, `genotype.json`, `preprocessing.json`, `golden.safetensors`, `model.json`, raw
 * samples, imported files that stand beside the model, and two examples that go from raw values to classes and check the
 * model on the way.
 */
export function bundleFiles(bundle: Bundle): FolderFiles {
  const { model, genotype, preprocessing, chained, golden, samples, card } = bundle
  const described = {
    ...preprocessingFileOf(bundle, preprocessing),
    ...(chained && { backbones: chained.backbones }),
  }
  return {
    'model.onnx': model,
    'genotype.json': encodeJson(genotype),
    'preprocessing.json': encodeJson(described),
    'golden.safetensors': encodeSafetensors({ tensors: golden, metadata: {} }),
    'model.json': encodeJson(card),
    'example.py': onnxPythonExample(chained !== undefined),
    'example.mjs': onnxNodeExample(chained !== undefined),
    ...chained?.files,
    ...samples,
  }
}
