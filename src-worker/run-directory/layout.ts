import { join } from 'node:path'

/** Where the parts of a run lie in its directory. */
export const runPaths = (directory: string) => ({
  config: join(directory, 'config.json'),
  status: join(directory, 'status.json'),
  /** Names the one process that may write the run. */
  claim: join(directory, 'claim'),
  events: join(directory, 'events.ndjson'),
  annotations: join(directory, 'annotations.json'),
  result: join(directory, 'result.json'),
  checkpoints: join(directory, 'checkpoints'),
  exports: join(directory, 'exports'),
  /** What valued its supernet again after the search, one file each; made when there is the first. */
  valuations: join(directory, 'valuations'),
  /** Swaps that were tried with its architecture, one file a request; made when there is the first. */
  whatIfs: join(directory, 'what-if'),
})

export const checkpointSuffix = '.safetensors'
/** Files and folders under construction; what is left of one after a crash may be removed. */
export const unfinishedPrefix = '.unfinished-'

/** The ids that may name a run's folder: no dots, no separators, the same on every file system. */
export const runIdPattern = /^[a-zA-Z0-9_-]{1,64}$/
