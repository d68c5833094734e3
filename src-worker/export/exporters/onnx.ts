import type { RunConfig } from '#contract/config.ts'
import { costOf } from '../../training/cost.ts'
import type { BackboneNetwork } from '../../backbone/backbone.ts'
import type { Samples } from '../../backbone/samples.ts'
import { elementCount } from '../../graph/tensor.ts'
import type { StoredTensor } from '../../run-directory/safetensors.ts'
import { bundleFiles } from '../bundle-files.ts'
import { modelCard, modelMetadata } from '../describe-model.ts'
import { engineLogits } from '../engine-logits.ts'
import { exportClassifier } from '../export-classifier.ts'
import { defineExporter } from '../exporter.ts'
import type { Trained } from '../onnx-graph.ts'
import { openModel } from '../open-model.ts'
import { inputsFromRaw, rawFromInputs, remainingPreprocessing } from '../raw-inputs.ts'
import { tellDifference } from '../tell-difference.ts'

/**
 * The certified bundle. Unlike the one that a run leaves at its end, its graph holds the preprocessing of images and
 * vectors, and any trained repetition can be had.
 */
export const onnx = defineExporter({
  name: 'onnx',
  async write(source, { repetition }) {
    const { directory, config, state } = source
    const model = openModel(source, repetition)
    const { modalities, task, classes, fusion, genotype, space } = model
    const perModality = <T>(make: (modality: (typeof modalities)[number]) => T): Record<string, T> =>
      Object.fromEntries(modalities.map((modality) => [modality.name, make(modality)]))
    const raw = perModality(({ golden, preprocessing }) => rawFromInputs(golden, preprocessing))
    const inputs = perModality(({ name, preprocessing }) => inputsFromRaw(raw[name], preprocessing))
    const count = Object.values(raw)[0].shape[0]
    const described = { ...model, directory, config, state }
    const exported = await exportClassifier({
      backbones: perModality<Trained<BackboneNetwork>>(({ backbone }) => backbone),
      samples: perModality(({ name }) => samplesFrom(name, raw[name])),
      fusion,
      length: space.config.length,
      task,
      classes: classes.length,
      rows: Array.from({ length: count }, (_, row) => row),
      expected: await engineLogits(model, inputs, config.threads),
      device: 'cpu',
      threads: config.threads,
      inside: perModality(({ preprocessing }) => preprocessing),
      metadata: modelMetadata(described),
    })
    const files = bundleFiles({
      model: exported.model,
      genotype,
      preprocessing: perModality(({ preprocessing }) => remainingPreprocessing(preprocessing)),
      task,
      classes,
      golden: exported.golden,
      samples: model.samples,
      card: {
        ...modelCard(described),
        fusion: costOf(fusion.network),
        latencyMs: exported.latencyMs,
        inputs: perModality(({ name }) => ['batch', ...raw[name].shape.slice(1)]),
        outputs: { logits: ['batch', classes.length], scores: ['batch', classes.length] },
      },
    })
    const difference = tellDifference('ONNX Runtime against the engine', count, exported.difference)
    return { files, check: difference + tellFeatureInputs(config, Object.keys(raw)) }
  },
})

/** A file that reads a modality is not part of the model. */
function tellFeatureInputs({ backbones }: Pick<RunConfig, 'backbones'>, inputs: readonly string[]): string {
  const names = inputs.filter((name) => backbones[name]?.kind === 'onnx')
  if (names.length === 0) return ''
  return `; ${names.join(', ')} enters as the features of an imported ONNX file, which the model does not hold`
}

function samplesFrom(modality: string, { data, shape: [count, ...shape] }: StoredTensor): Samples {
  const size = elementCount(shape)
  return {
    modality,
    shape,
    count,
    rows(indices) {
      const rows = new Float32Array(indices.length * size)
      indices.forEach((index, at) =>
        rows.set((data as Float32Array).subarray(index * size, (index + 1) * size), at * size),
      )
      return rows
    },
  }
}
