import type { RunConfig } from '#contract/config.ts'
import type { DeviceName } from '#contract/device.ts'
import type { FusionSpace } from '../space/space.ts'
import type { FeatureSet } from './feature-set.ts'

/** What is searched, on which samples and where. */
export interface SearchTask {
  config: RunConfig
  space: FusionSpace
  set: FeatureSet
  device: DeviceName
}
