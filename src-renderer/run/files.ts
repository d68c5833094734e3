import { latest, type RunState } from '#contract/run/state.ts'

export interface RunFile {
  /** Relative to the folder of the run. */
  path: string
  meaning: string
}

/** Exported files by their last name. */
const exportMeanings: Record<string, string> = {
  'model.onnx': 'the model, from preprocessed inputs to class scores',
  'preprocessing.json': 'how raw inputs become the model’s inputs',
  'golden.safetensors': 'inputs and outputs to check a copy of the model with',
  'genotype.json': 'the derived architecture as plain data',
  'model.json': 'what the model is and how good it is',
  'example.py': 'from a picture or a sentence to a class, in Python',
  'example.mjs': 'the same in Node',
}

/** What a run keeps in its folder, as far as it has come: its record first, then what it has exported. */
export function filesOf(state: RunState): { record: RunFile[]; exported: RunFile[] } {
  const done = latest(state, 'done') !== undefined
  const searched = latest(state, 'searched') !== undefined
  const trained = state.byType.model.length > 0
  return {
    record: [
      { path: 'config.json', meaning: 'every setting, with its schema version' },
      { path: 'status.json', meaning: 'what the run is doing, and which process does it' },
      { path: 'events.ndjson', meaning: 'all that happened, one event a line; this page is its fold' },
      { path: 'annotations.json', meaning: 'name, tags and notes, once something was changed or noted' },
      { path: 'estimate.json', meaning: 'what the run was expected to take, if that was measured before' },
      { path: 'checkpoints/', meaning: 'weights, α and random streams that a resumed run goes on from' },
      ...(trained ? [{ path: 'models/', meaning: 'weights of the trained models' }] : []),
      ...(searched
        ? [
            { path: 'valuations/', meaning: 'φ found after the search, once it was valued again' },
            { path: 'what-if/', meaning: 'swaps of the architecture, once some were tried' },
          ]
        : []),
      ...(done ? [{ path: 'result.json', meaning: 'scores and the derived architecture in one place' }] : []),
    ],
    exported: (latest(state, 'exported')?.files ?? []).map((path) => ({
      path,
      meaning: exportMeanings[path.split('/').at(-1)!] ?? '',
    })),
  }
}
