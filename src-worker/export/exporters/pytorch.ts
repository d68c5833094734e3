import type { RunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import { scoreName, withMark } from '#contract/run/score-name.ts'
import { encodeJson } from '../../run-directory/json.ts'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../run-directory/safetensors.ts'
import { preprocessingFileOf } from '../bundle-files.ts'
import { engineLogits } from '../engine-logits.ts'
import { defineExporter, type Exported } from '../exporter.ts'
import { openModel, type OpenModality, type OpenModel } from '../open-model.ts'
import { pytorchExample } from '../pytorch/example.ts'
import { pytorchModule } from '../pytorch/module.ts'
import { pytorchWeights } from '../pytorch/weights.ts'

/** Plain PyTorch code of the architecture with its weights; `example.py` compares it with the engine. */
export const pytorch = defineExporter({
  name: 'pytorch',
  async write(source, { repetition }) {
    const { config, id } = source
    const model = openModel(source, repetition)
    return await pytorchFiles(model, config, id)
  },
})

/** @throws Problem `engine-failed` for a weight that is not a finite number. */
export async function pytorchFiles(model: OpenModel, config: RunConfig, id: string): Promise<Exported> {
  const inputs = Object.fromEntries(model.modalities.map(({ name, golden }) => [name, golden]))
  const logits = await engineLogits(model, inputs, config.threads)
  const [{ shape }] = Object.values(inputs)
  const golden: Record<string, StoredTensor> = {
    ...inputs,
    logits: { shape: [shape[0], model.classes.length], data: logits },
  }
  const tensors = pytorchWeights(model)
  const { temperature } = model
  const metadata = { run: id, ...(temperature !== null && { calibrationTemperature: String(temperature) }) }
  const weights = encodeSafetensors({ tensors, metadata })
  requireFinite(decodeSafetensors(weights, 'weights.safetensors').tensors)
  const preprocessing = preprocessingFileOf(
    model,
    Object.fromEntries(model.modalities.map((one) => [one.name, one.preprocessing])),
  )
  const frozen = model.modalities.flatMap((one) => tellFrozen(one, config))
  const about = [
    `Classifier found by Shapwright: run ${id}, repetition ${model.repetition + 1}, ${describeScore(model)}.`,
    ...frozen.map((sentence) => `\n${sentence}.`),
  ].join('\n')
  return {
    files: {
      'model.py': pytorchModule(model, config, about),
      'example.py': pytorchExample(model.task),
      'weights.safetensors': weights,
      'golden.safetensors': encodeSafetensors({ tensors: golden, metadata: {} }),
      'preprocessing.json': encodeJson(preprocessing),
    },
    check: `${Object.keys(tensors).length} tensors read back; python example.py compares ${shape[0]} golden samples with the engine${frozen.map((sentence) => `; ${sentence}`).join('')}`,
  }
}

/** What a modality that an imported file reads takes: PyTorch code cannot hold the file. */
function tellFrozen({ name, features, golden }: OpenModality, { backbones }: RunConfig): string[] {
  const own = backbones[name]
  if (own?.kind !== 'onnx') return []
  // quoted, because they become part of Python code
  const taps = features.map(({ tap }) => JSON.stringify(tap)).join(', ')
  return [
    `${name} takes no raw values but the features [batch, ${golden.shape[1]}] of the ONNX file whose SHA-256 begins with ${own.id}: ${taps}, each pooled to [L, channels], one after the other`,
  ]
}

/** `test score 0.912`, and what it is where that is not the accuracy of an honest protocol. */
function describeScore({ task, testScore, chosenOnTest }: OpenModel): string {
  const name = task === 'multi-label' || chosenOnTest ? ` (${withMark(scoreName(task), chosenOnTest)})` : ''
  return `test score ${testScore.toFixed(3)}${name}`
}

function requireFinite(tensors: Record<string, StoredTensor>): void {
  for (const [name, { data }] of Object.entries(tensors))
    if (!(data as Float32Array).every(Number.isFinite))
      throw new Problem('engine-failed', name, 'a weight is not a finite number')
}
