import type { BackboneEntry } from '#contract/calls/backbones.ts'

/** An imported network for pictures of any size. */
export const pictureNetwork: BackboneEntry = {
  id: '0123456789abcdef',
  name: 'small-vgg',
  importedAt: Date.UTC(2026, 2, 14),
  input: { type: 'image', name: 'pixels', layout: 'channels first', height: null, width: null },
  batch: null,
  parameters: 138_357_544,
  bytes: 553_430_176,
  hash: '0123456789abcdef'.repeat(4),
  producer: 'pytorch 2.7',
  taps: [64, 128, 256, 512].map((channels, i) => ({
    name: `/features/stage${i}/Relu_output_0`,
    operator: 'Relu',
    scope: `features/stage${i}`,
    depth: 3 * (i + 1),
    shape: [channels, 112 >> i, 112 >> i],
    layout: 'channels first',
    channels,
  })),
  picture: {
    height: 224,
    width: 224,
    range: 1,
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  },
  chosen: ['/features/stage3/Relu_output_0'],
  runs: [],
}
