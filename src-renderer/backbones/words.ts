import type { BackboneEntry, UnimodalScore } from '#contract/calls/backbones.ts'
import type { FileInput } from '#contract/backbone.ts'

/** The backbones that a run trains itself. */
export const builtInKinds = [
  {
    kind: 'cnn',
    name: 'Convolutional network',
    reads: 'images',
    about:
      'A small VGG: 3×3 convolution, batch norm, ReLU and halving in every stage. Trained by each run on its own training images.',
    features: 'one a stage, 4 by default',
  },
  {
    kind: 'maxout',
    name: 'Maxout network',
    reads: 'texts and vectors',
    about:
      'Layers of units that are the largest of several linear functions, on word and letter groups of a text or on the numbers of a vector. Trained by each run.',
    features: 'one a layer, 2 by default',
  },
] as const

/** `images of 224 × 224`, `images of any size`, `vectors of 64` */
export function inputWords(input: FileInput): string {
  if (input.type === 'vector') return `vectors of ${input.length}`
  const { height, width } = input
  return height === null || width === null ? 'images of any size' : `images of ${height} × ${width}`
}

export function backboneName({ kind, file }: UnimodalScore, files: readonly BackboneEntry[]): string {
  if (file !== null) return files.find(({ id }) => id === file)?.name ?? `a file that was removed (${file})`
  return builtInKinds.find((one) => one.kind === kind)?.name ?? kind
}
