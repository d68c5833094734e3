import { describeGenotype } from '#contract/architecture.ts'
import { backboneConfig, type BackboneConfig, type RunConfig } from '#contract/config.ts'
import { labelThreshold } from '#contract/dataset.ts'
import type { Genotype } from '#contract/genotype.ts'
import { inputShapeOf } from '../../dataset/preprocess.ts'
import { sizeOf } from '../../space/operation.ts'
import type { OpenModality, OpenModel } from '../open-model.ts'
import * as layers from './layers.ts'
import { className, ModuleNames } from './names.ts'
import { isAttention, isSqueezing, operationClass } from './operations.ts'

/** Depth in the backbone of a feature such as `image.2`. */
const depthOf = (feature: string): number => Number(feature.slice(feature.lastIndexOf('.') + 1))

/** The deepest tap of a modality that the fusion reads. */
export function deepestTap(model: OpenModel, { features }: OpenModality): number {
  const read = Object.keys(model.fusion.network.inputs)
  return Math.max(...features.filter(({ id }) => read.includes(id)).map(({ id }) => depthOf(id)))
}

/**
 * `model.py`: the classifier as readable PyTorch, only with the layers and operations that its genotype uses. Inputs are
 * preprocessed as `preprocessing.json` says, images channel-last.
 */
export function pytorchModule(model: OpenModel, config: RunConfig, about: string): string {
  const names = new ModuleNames()
  const { genotype, space } = model
  const used = [...new Set(genotype.cells.flatMap(({ nodes }) => nodes.map(({ operation }) => operation)))]
  const kinds = new Set(model.modalities.map((modality) => configOf(config, modality).kind))
  const sparse = used.some((name) => name.startsWith('sparse_'))
  const parts = [
    [
      `"""${about}`,
      '',
      ...describeGenotype(genotype),
      '',
      'Parameters are named as in the run, with dots for slashes. Everything is [batch, length, channels]."""',
      '',
      'import json',
      'import math',
      'from pathlib import Path',
      '',
      'import torch',
      'import torch.nn.functional as F',
      'from torch import nn',
      '',
      ...constants(model, { sparse, squeezing: used.some(isSqueezing) }),
    ].join('\n'),
    layers.weightAndBias,
    layers.batchNorm,
    layers.project,
    ...(used.some(isAttention) ? [layers.attend] : []),
    ...(sparse ? [layers.sparseCode(space.config.sparse.nonNegative)] : []),
    ...used.map((name) => operationClass(name, space.config.operationNorm).join('\n')),
    ...genotype.cells.map((_, cell) => cellClass(genotype, cell).join('\n')),
    ...(kinds.has('cnn') ? [layers.cnn] : []),
    ...(kinds.has('maxout') ? [layers.maxout] : []),
    ...(kinds.has('onnx') ? [layers.frozen] : []),
    layers.sequence(kinds.has('onnx')),
    classifier(model, config, names).join('\n'),
    layers.loading,
  ]
  return `${parts.join('\n\n\n')}\n`
}

function constants(
  { space, task, classes }: OpenModel,
  uses: { sparse: boolean; squeezing: boolean },
): string[] {
  const { channels, kernel, hidden, length } = sizeOf(space.config)
  const { sparse, dropout } = space.config
  return [
    `CLASSES = ${JSON.stringify(classes)}`,
    ...(task === 'multi-label'
      ? [
          `THRESHOLD = ${labelThreshold}  # a class is answered where the sigmoid of its logit is at least this`,
        ]
      : []),
    `C = ${channels}  # channels of the fusion`,
    `L = ${length}  # positions of every feature`,
    `DROPOUT = ${dropout}`,
    ...(uses.squeezing ? [`H = ${hidden}  # squeezed channels`] : []),
    ...(uses.sparse
      ? [
          `K = ${kernel}  # taps of sparse convolutions`,
          `ITERATIONS, LAMBDA1, LAMBDA2 = ${sparse.iterations}, ${sparse.lambda1}, ${sparse.lambda2}`,
        ]
      : []),
  ]
}

function cellClass({ cells }: Genotype, index: number): string[] {
  const { inputs, nodes } = cells[index]
  const several = nodes.length > 1
  return [
    `class Cell${index}(nn.Module):`,
    `    """x is ${inputs[0]}, y is ${inputs[1]}."""`,
    '',
    '    def __init__(self):',
    '        super().__init__()',
    ...nodes.map(
      ({ operation }, j) =>
        `        self.node${j} = nn.ModuleDict({"${operation}": ${className(operation)}()})`,
    ),
    ...(several ? [`        self.out = Project(${nodes.length} * C)`] : []),
    '        self.layernorm = nn.LayerNorm((L, C))',
    '',
    '    def forward(self, x, y):',
    ...nodes.map(
      ({ operation, inputs }, j) => `        node${j} = self.node${j}["${operation}"](${inputs.join(', ')})`,
    ),
    several
      ? `        fused = self.out(torch.cat([${nodes.map((_, j) => `node${j}`).join(', ')}], -1))`
      : '        fused = node0',
    '        return self.layernorm(fused + x)',
  ]
}

function classifier(model: OpenModel, config: RunConfig, names: ModuleNames): string[] {
  const { genotype, modalities, fusion } = model
  const cells = genotype.cells.map((_, cell) => `cell${cell}`)
  const features = Object.entries(fusion.network.inputs)
  const local = (source: string) => (cells.includes(source) ? source : names.identifier(source))
  const shapes = modalities.map(({ name, preprocessing }) => {
    return `"${name}": [batch, ${inputShapeOf(preprocessing).join(', ')}]`
  })
  return [
    'class Head(nn.Module):',
    '    """All cells side by side, layer norm, ReLU, one linear layer."""',
    '',
    '    def __init__(self, channels):',
    '        super().__init__()',
    '        self.layernorm = nn.LayerNorm((L, channels))',
    '        self.w, self.b = weight(L * channels, len(CLASSES)), bias(L * channels, len(CLASSES))',
    '',
    '    def forward(self, cells):',
    '        active = torch.relu(self.layernorm(torch.cat(cells, -1)))',
    '        return active.flatten(1) @ self.w + self.b',
    '',
    '',
    'class Classifier(nn.Module):',
    '    """Preprocessed inputs by modality → logits [batch, classes].',
    '',
    `    {${shapes.join(', ')}}"""`,
    '',
    '    def __init__(self):',
    '        super().__init__()',
    ...modalities.map(
      (modality) => `        self.${names.backbone(modality.name)} = ${backbone(model, modality, config)}`,
    ),
    ...features.map(([id, { shape }]) => `        self.${names.reshape(id)} = Project(${shape[1]})`),
    ...cells.map((cell, i) => `        self.${cell} = Cell${i}()`),
    `        self.head = Head(${cells.length} * C)`,
    '',
    '    def forward(self, inputs):',
    ...modalities.map(
      ({ name }) =>
        `        ${names.identifier(name)}_taps = self.${names.backbone(name)}(inputs["${name}"])`,
    ),
    ...features.map(([id]) => {
      const taps = `${names.identifier(id.slice(0, id.lastIndexOf('.')))}_taps[${depthOf(id)}]`
      return `        ${local(id)} = self.${names.reshape(id)}(sequence(${taps}))`
    }),
    ...genotype.cells.map(
      ({ inputs }, i) => `        ${cells[i]} = self.${cells[i]}(${inputs.map(local).join(', ')})`,
    ),
    `        return self.head([${cells.join(', ')}])`,
  ]
}

function backbone(model: OpenModel, modality: OpenModality, config: RunConfig): string {
  const own = configOf(config, modality)
  const shape = inputShapeOf(modality.preprocessing)
  const depth = deepestTap(model, modality) + 1
  if (own.kind === 'onnx') return `Frozen(${modality.features.map(({ channels }) => channels).join(', ')})`
  if (own.kind === 'cnn') return `Cnn(${[shape[2], ...own.channels.slice(0, depth)].join(', ')})`
  return `Maxout(${[shape[0], ...own.units.slice(0, depth)].join(', ')}, pieces=${own.pieces})`
}

/** The settings of a modality's backbone; where none were given, the defaults of the kind that it got. */
function configOf(config: RunConfig, { name, preprocessing }: OpenModality): BackboneConfig {
  const kind = preprocessing.type === 'image' ? 'cnn' : 'maxout'
  return config.backbones[name] ?? backboneConfig.parse({ kind })
}
