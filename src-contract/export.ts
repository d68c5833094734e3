import { z } from 'zod'
import { latest, type RunState } from './run/state.ts'

/** What an exporter can be told; each reads only the options that it names. */
export const exportOptions = z.strictObject({
  /** The trained repetition of the derived architecture, from 0; null for the one that scores best on validation. */
  repetition: z.int().min(0).nullable().default(null),
  /** The search epoch, from 0, whose architecture and contributions are meant; null for the one that was kept. */
  epoch: z.int().min(0).nullable().default(null),
})
export type ExportOptions = z.infer<typeof exportOptions>

interface ExporterText {
  title: string
  /** One sentence: when it is wanted. */
  purpose: string
  /** What it writes, file by file. */
  contents: readonly string[]
  /** What a run must have: a trained model, that and contributions, a chosen architecture, or no more than its data. */
  needs: 'model' | 'valued model' | 'architecture' | 'dataset'
  options: readonly (keyof ExportOptions)[]
}

/** Every exporter in words, for dialogs and the command line; the worker has one implementation for each. */
export const exporterTexts = {
  onnx: {
    title: 'ONNX model',
    purpose: 'Use the model in any program that runs ONNX: no Python, no Shapwright.',
    contents: [
      'model.onnx: raw pixels and vectors (texts as term weights) → class scores; an imported ONNX file that reads a modality is part of it, or beside it where that cannot be',
      'preprocessing.json, genotype.json, model.json',
      'golden.safetensors, samples/: inputs with the outputs that belong to them',
      'example.py, example.mjs: from a picture or a sentence to a class',
    ],
    needs: 'model',
    options: ['repetition'],
  },
  pytorch: {
    title: 'PyTorch module',
    purpose: 'Train on, fine-tune or change the model in plain PyTorch.',
    contents: [
      'model.py: readable code of exactly this architecture, only torch needed; what an imported ONNX file reads enters as its features',
      'weights.safetensors: named as in the run',
      'example.py, golden.safetensors: checks the module against the engine',
    ],
    needs: 'model',
    options: ['repetition'],
  },
  genotype: {
    title: 'Genotype',
    purpose: 'The architecture as plain data, for papers and other programs.',
    contents: ['genotype.json with a schema version', 'genotype.txt: the same in words, with formulas'],
    needs: 'architecture',
    options: ['epoch'],
  },
  svg: {
    title: 'Picture of the architecture',
    purpose: 'For slides and papers: the chosen fusion, with contributions painted on.',
    contents: ['architecture.svg', 'architecture.png, 3 pixels a unit'],
    needs: 'architecture',
    options: ['epoch'],
  },
  report: {
    title: 'Report',
    purpose: 'Send the whole result to somebody: one page that opens in any browser, also offline.',
    contents: [
      'report.html: architecture, contributions, scores, curves, classes, calibration, settings, versions',
    ],
    needs: 'dataset',
    options: [],
  },
  csv: {
    title: 'Tables',
    purpose: 'Every figure of the run, for your own statistics and plots.',
    contents: [
      'contributions.csv, scores.csv, search.csv, training.csv, backbones.csv',
      'predictions.csv, classes.csv, calibration.csv',
    ],
    needs: 'dataset',
    options: [],
  },
  overlay: {
    title: 'Model Explorer overlay',
    purpose: 'Paints the contributions on the nodes of model.onnx in Model Explorer.',
    contents: ['contributions.overlay.json: node data by node of the ONNX model'],
    needs: 'valued model',
    options: [],
  },
} as const satisfies Record<string, ExporterText>

export type ExporterName = keyof typeof exporterTexts
export const exporterNames = Object.keys(exporterTexts) as [ExporterName, ...ExporterName[]]

export const exportRequest = z.strictObject({
  exporters: z.array(z.enum(exporterNames)).min(1).max(exporterNames.length),
  options: exportOptions.prefault({}),
})
export type ExportRequest = z.output<typeof exportRequest>

/** One exporter's part of an export. */
const exportPart = z.object({
  exporter: z.enum(exporterNames),
  /** How what was written was checked, with the outcome. */
  check: z.string(),
  /** Paths inside the export's folder. */
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
})
export type ExportPart = z.infer<typeof exportPart>

/** The content of `export.json`, which every exported folder holds. */
export const exportRecord = z.object({
  version: z.literal(1),
  run: z.string(),
  createdAt: z.number(),
  options: exportOptions,
  parts: z.array(exportPart),
})
export type ExportRecord = z.infer<typeof exportRecord>

export const exportRecordFile = 'export.json'

/** Why a run cannot be exported in this way yet; null when it can. */
export function whyNotExportable(exporter: ExporterName, state: RunState): string | null {
  const { needs } = exporterTexts[exporter]
  switch (needs) {
    case 'model':
    case 'valued model':
      if (!latest(state, 'exported')) return 'the run has not finished, so it has no trained model'
      if (needs === 'model' || state.byType['search-epoch'].some(({ shapley }) => shapley)) return null
      return 'this search did not value its choices'
    case 'architecture':
      return latest(state, 'search-epoch') ? null : 'the search has not chosen an architecture yet'
    case 'dataset':
      return latest(state, 'dataset') ? null : 'the run has not read its data yet'
  }
}

/** The repetition that an export takes when none is named: the best on validation, the earlier one among equals. */
export function bestRepetition(state: RunState): number {
  const trained = state.byType.model.filter(({ model }) => model === 'derived')
  return trained.reduce((a, b) => (b.validationScore > a.validationScore ? b : a)).repetition
}
