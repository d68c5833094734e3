import { z } from 'zod'
import { backboneId, mostTaps, pictureInput, type StoredBackbone } from '../backbone.ts'
import { call } from '../call.ts'
import type { RunStateName } from '../run/status.ts'
import { grantId } from './files.ts'

const backboneName = z.string().trim().min(1).max(120)

/** A file of the library, with the runs that use it. */
export interface BackboneEntry extends Omit<StoredBackbone, 'schemaVersion'> {
  id: string
  /** Newest first, without those in the trash. */
  runs: { id: string; name: string; state: RunStateName }[]
}

/** How well one modality alone did in past runs, with one kind of backbone on one dataset. */
export interface UnimodalScore {
  dataset: string
  modality: string
  /** `cnn`, `maxout`, or `onnx`. */
  kind: string
  /** The file, for kind `onnx`. */
  file: string | null
  /** Mean test score of every run, the best first. */
  runs: { id: string; name: string; score: number }[]
  mean: number
  /** Between runs; null for one run. */
  deviation: number | null
}

const backboneChange = z.strictObject({
  name: backboneName.optional(),
  /** Taps that a new search begins with. */
  chosen: z.array(z.string()).max(mostTaps).optional(),
  /** Another size shows the taps' shapes anew. */
  picture: pictureInput.optional(),
})
export type BackboneChange = z.infer<typeof backboneChange>

export const backboneCalls = {
  /** Imported files, newest first. */
  'backbones.list': call(z.tuple([])).returns<BackboneEntry[]>(),
  /** Test scores of modalities alone in all finished runs, best first. */
  'backbones.scores': call(z.tuple([])).returns<UnimodalScore[]>(),
  /** Copies an ONNX file into the library and answers its id; a file that is there already keeps its settings. */
  'backbones.import': call(z.tuple([grantId, backboneName])).returns<string>(),
  'backbones.change': call(z.tuple([backboneId, backboneChange])).returns<BackboneEntry>(),
  /** Refused while a run that has not ended, or could go on, uses it. */
  'backbones.remove': call(z.tuple([backboneId])).returns<null>(),
}
