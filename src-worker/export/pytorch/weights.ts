import { elementCount } from '../../graph/tensor.ts'
import type { StoredTensor } from '../../run-directory/safetensors.ts'
import { layoutOf } from '../../training/layout.ts'
import type { OpenModel } from '../open-model.ts'
import type { Trained } from '../trained.ts'
import { deepestTap } from './module.ts'
import { ModuleNames } from './names.ts'

/** The state of the generated module, by the names of its parameters and buffers. */
export function pytorchWeights(model: OpenModel): Record<string, StoredTensor> {
  const names = new ModuleNames()
  const { fusion, modalities } = model
  const tensors: Record<string, StoredTensor> = {}
  for (const modality of modalities) {
    const deepest = deepestTap(model, modality)
    const own = namedNumbers(modality.backbone, (path) => names.backboneParameter(modality.name, path))
    for (const [path, [name, tensor]] of own)
      if (Number(/^[a-z]+(\d+)\//.exec(path)?.[1] ?? Infinity) <= deepest) tensors[name] = tensor
  }
  const { dictionaries } = fusion.network
  const coded = new Set(dictionaries.map(({ name }) => name))
  const nameOf = (path: string) => names.fusionParameter(path) + (coded.has(path) ? '.v' : '')
  for (const [name, tensor] of namedNumbers(fusion, nameOf).values()) tensors[name] = tensor
  dictionaries.forEach(({ name }, i) => {
    const step = fusion.extra['dictionary-steps'].slice(i, i + 1)
    tensors[`${names.fusionParameter(name)}.step`] = { shape: [], data: step }
  })
  return tensors
}

/** Parameters and statistics of a trained network, by our path, each with its name in the module. */
function namedNumbers(
  { network, weights, statistics }: Trained,
  nameOf: (path: string) => string,
): Map<string, [name: string, tensor: StoredTensor]> {
  const layout = layoutOf(network)
  const found = new Map<string, [string, StoredTensor]>()
  for (const { name, shape, offset } of layout.parameters)
    found.set(name, [nameOf(name), { shape, data: weights.slice(offset, offset + elementCount(shape)) }])
  for (const { name, channels, offset } of layout.statistics) {
    const part = (from: number) => ({ shape: [channels], data: statistics.slice(from, from + channels) })
    found.set(`${name}/mean`, [`${nameOf(name)}.running_mean`, part(offset)])
    found.set(`${name}/variance`, [`${nameOf(name)}.running_var`, part(offset + channels)])
  }
  return found
}
