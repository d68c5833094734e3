import { costOf } from '../../training/cost.ts'
import { bundleFiles } from '../bundle-files.ts'
import { modelCard } from '../describe-model.ts'
import { exportRaw } from '../export-raw.ts'
import { defineExporter } from '../exporter.ts'
import { chainedBackbone, filesBeside, pathBeside } from '../frozen/chain.ts'
import type { FrozenModality } from '../frozen/open-frozen.ts'
import { rawPreprocessing } from '../frozen/raw-preprocessing.ts'
import { tellFrozen, type FrozenPlaces } from '../frozen/tell-frozen.ts'
import { openModel } from '../open-model.ts'
import { remainingPreprocessing } from '../raw-inputs.ts'
import { withRawValues } from '../samples.ts'
import { tellDifference } from '../tell-difference.ts'

/**
 * The certified bundle. Unlike the one that a run leaves at its end, its graph holds the preprocessing of images and
 * vectors and the imported files that read modalities, and any trained repetition can be had.
 */
export const onnx = defineExporter({
  name: 'onnx',
  async write(source, { repetition }) {
    const model = openModel(source, repetition)
    const { modalities, task, classes, fusion, genotype, space } = model
    const { length } = space.config
    const { exported, places, inputs, described, difference } = await exportRaw(source, model)
    const beside = inPlace(places, 'beside')
    const known = [...inPlace(places, 'inside'), ...beside]
    const contents = filesBeside(beside)
    const readings = modalities.map(({ name, preprocessing }) => {
      const file = known.find((one) => one.name === name)
      return [name, file ? rawPreprocessing(file) : remainingPreprocessing(preprocessing)] as const
    })
    const chained = beside.map((file) => {
      return [file.name, chainedBackbone(file, contents[pathBeside(file)], length)] as const
    })
    const files = bundleFiles({
      model: exported.model,
      genotype,
      preprocessing: Object.fromEntries(readings),
      ...(beside.length > 0 && { chained: { backbones: Object.fromEntries(chained), files: contents } }),
      task,
      classes,
      golden: exported.golden,
      samples: await withRawValues(
        model.samples,
        Object.fromEntries(known.map(({ name, values }) => [name, values])),
      ),
      card: {
        ...modelCard(described),
        onnx: { opset: exported.opset, irVersion: exported.irVersion },
        fusion: costOf(fusion.network),
        latencyMs: exported.latencyMs,
        inputs: Object.fromEntries(
          Object.entries(inputs).map(([name, { shape }]) => [name, ['batch', ...shape.slice(1)]]),
        ),
        outputs: { logits: ['batch', classes.length], scores: ['batch', classes.length] },
      },
    })
    const count = Object.values(inputs)[0].shape[0]
    const compared = tellDifference('ONNX Runtime against the engine', count, difference)
    return { files, check: compared + tellFrozen(places) }
  },
})

const inPlace = (places: FrozenPlaces, place: 'inside' | 'beside'): FrozenModality[] =>
  Object.values(places).flatMap((own) => (own.place === place ? [own.file] : []))
