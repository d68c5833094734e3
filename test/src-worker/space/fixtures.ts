import type { SpaceConfig } from '#contract/config.ts'
import { createSpace, type FusionSpace } from '#worker/space/space.ts'

/** A small space of the paper's kind; every setting can be overridden. */
export function smallConfig(settings: Partial<SpaceConfig> = {}): SpaceConfig {
  return {
    name: 'sm-shapnas',
    cells: 2,
    steps: 1,
    channels: 4,
    length: 3,
    dropout: 0,
    sparse: { lambda1: 0.1, lambda2: 0, iterations: 2, kernel: 3, nonNegative: false },
    operationNorm: 'batch',
    derivation: 'free',
    ...settings,
  }
}

/** A space over `features` features named `m.0`, `m.1`, … of 5, 6, … channels. */
export function smallSpace(settings: Partial<SpaceConfig> = {}, features = 3): FusionSpace {
  const named = Array.from({ length: features }, (_, i) => ({ id: `m.${i}`, channels: 5 + i }))
  return createSpace(smallConfig(settings), named)
}
