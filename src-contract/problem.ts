/**
 * Every expected failure is a Problem: what happened, where, and what to do. The table below holds all texts,
 * so that one reading shows how the product speaks when something goes wrong.
 */
interface ProblemText {
  /** What happened; `detail` carries the particulars. */
  message: string
  /** What the user can do about it. */
  hint: string
}

export const problemTexts = {
  'bad-configuration': {
    message: 'The configuration is not valid',
    hint: 'Correct the named field; docs/guide/command-line.md explains the settings, src-contract/config.ts holds every field.',
  },
  'bad-arguments': {
    message: 'The command cannot be understood',
    hint: 'Run the command with --help to see its arguments.',
  },
  'file-not-found': { message: 'A file is missing', hint: 'Check the path, and that the file can be read.' },
  'file-unreadable': {
    message: 'A file cannot be read',
    hint: 'Check that the file is complete and that you may read it.',
  },
  'table-malformed': {
    message: 'The table cannot be read',
    hint: 'The table is CSV or JSON Lines in UTF-8, with a header row and one row a sample.',
  },
  'column-missing': {
    message: 'A configured column is not in the table',
    hint: 'Compare the column names of the configuration with the header row of the table.',
  },
  'rows-rejected': {
    message: 'Rows of the table are not usable',
    hint: 'Mend or remove the listed rows; nothing was imported.',
  },
  'dataset-unusable': {
    message: 'The dataset cannot be searched',
    hint: 'A search needs two modalities, two classes, and samples of every class in train, validation and test.',
  },
  'dataset-changed': {
    message: 'The dataset is not the one that the run started with',
    hint: 'Restore the original data, or start a new run on the changed data.',
  },
  'device-unavailable': {
    message: 'The requested device cannot be used',
    hint: 'Choose another device, or `auto`.',
  },
  'shape-mismatch': {
    message: 'Tensors do not fit together',
    hint: 'This is a defect of the network description at the named place; please report it.',
  },
  'engine-failed': {
    message: 'ONNX Runtime refused or failed to run a model',
    hint: 'Try device `cpu`; please report the message with the diagnostics if it stays.',
  },
  'training-diverged': {
    message: 'Training has led to numbers that are not finite',
    hint: 'Lower the learning rate, or look for extreme values in the features.',
  },
  'out-of-memory': {
    message: 'The memory does not suffice',
    hint: 'Close other programs or let fewer searches run at once; smaller batches, fewer channels and fewer variants of the features need less. What is done stays: resume the run.',
  },
  'evaluation-failed': {
    message: 'A coalition could not be evaluated',
    hint: 'The value of a coalition must be a finite number; look at the named coalition.',
  },
  'data-folder-locked': {
    message: 'Another Shapwright is using the data folder',
    hint: 'Close it first, or choose another folder with --data-dir.',
  },
  'data-folder-unwritable': {
    message: 'The data folder cannot be written',
    hint: 'Free disk space or correct its permissions, or choose another folder with --data-dir.',
  },
  'study-not-found': {
    message: 'There is no such study',
    hint: 'The list of studies shows those of this data folder; runs of a lost study stay in the list of runs.',
  },
  'dataset-not-found': {
    message: 'There is no such dataset',
    hint: 'Import it on the page Datasets or with `npm run shapwright -- datasets add`; `npm run shapwright -- datasets` lists what is there.',
  },
  'dataset-busy': {
    message: 'A run works on the dataset',
    hint: 'Wait until the run has ended, or cancel it.',
  },
  'dataset-damaged': {
    message: 'A dataset of the library cannot be read',
    hint: 'Remove its folder, and import the table again.',
  },
  'backbone-unreadable': {
    message: 'The file cannot be used as a backbone',
    hint: 'Export it again as one ONNX file with a single float input: pictures [N, 3, H, W] or [N, H, W, 3], or vectors [N, D].',
  },
  'backbone-not-found': {
    message: 'There is no such backbone file in the library',
    hint: 'Import the file on the page Backbones, where runs find it by its content.',
  },
  'backbone-changed': {
    message: 'The backbone file in the data folder is not the one that was imported',
    hint: 'Remove it on the page Backbones and import the original file again.',
  },
  'backbone-busy': {
    message: 'Runs that may go on need the backbone file',
    hint: 'Let them finish, or put them into the trash, then remove the file.',
  },
  'samples-missing': {
    message: 'There are no samples to look at',
    hint: 'They are kept when a dataset is imported, read again, or opened by a run.',
  },
  'run-not-found': {
    message: 'There is no such run',
    hint: '`npm run shapwright -- list` shows the runs of a data folder.',
  },
  'run-not-resumable': {
    message: 'The run cannot be resumed',
    hint: 'Only interrupted, paused, cancelled or failed runs that left a checkpoint can go on.',
  },
  'run-not-searched': {
    message: 'The search of the run has not ended',
    hint: 'Its supernet is kept when it ends: let the run go on, or resume it.',
  },
  'export-running': {
    message: 'An export of this run is being made',
    hint: 'Wait until it is written, or cancel it.',
  },
  'export-cancelled': {
    message: 'The export was cancelled',
    hint: 'Nothing was written. Start it again when you want it.',
  },
  'swap-impossible': {
    message: 'The architecture cannot be changed like this',
    hint: 'Choose another swap: `npm run shapwright -- whatif <run>` and the tab What if of the run list those that can be tried.',
  },
  'what-if-running': {
    message: 'Swaps of this run are being tried',
    hint: 'Wait until they are measured, or cancel them.',
  },
  'what-if-cancelled': {
    message: 'Trying swaps was cancelled',
    hint: 'What was measured before is kept. Try the others when you want them.',
  },
  'revaluation-running': {
    message: 'The supernet of this run is being valued',
    hint: 'Wait until that has ended, or cancel it.',
  },
  'revaluation-cancelled': {
    message: 'The re-valuation was cancelled',
    hint: 'Nothing was kept. Start it again when you want it.',
  },
  'file-unwritable': {
    message: 'A file cannot be written there',
    hint: 'Choose another place, or free disk space.',
  },
  'not-exportable': {
    message: 'The run cannot be exported like this',
    hint: 'Let the run finish, or resume it; genotype, tables and report can be exported earlier.',
  },
  'run-busy': {
    message: 'Another process is working on the run',
    hint: 'Wait until it ends, or pause or cancel the run first.',
  },
  'no-runs-found': {
    message: 'There is no run in the folder',
    hint: 'Choose the folder of a run (it holds config.json and status.json), or a folder that holds several.',
  },
  'run-damaged': {
    message: 'The run directory is damaged',
    hint: 'Restore it from a copy, or remove it and search again with the same configuration.',
  },
  'record-damaged': {
    message: 'A record that the run keeps cannot be read',
    hint: 'Restore the file from a copy, or delete it; the run and its other records are not concerned.',
  },
  'worker-died': {
    message: 'The worker process ended unexpectedly',
    hint: 'Resume the run: it goes on from its last checkpoint (`npm run shapwright -- resume <run>`).',
  },
  'worker-not-started': {
    message: 'The worker process ended before it began the run',
    hint: 'Nothing was computed and nothing is lost. Start it again; the output of Shapwright may say what was wrong.',
  },
  'keep-impossible': {
    message: 'Running searches cannot outlive this window',
    hint: 'Pause or cancel them. Searches of the local host (`npm run serve -- --keep`) can go on without it.',
  },
  'not-allowed': {
    message: 'The request was refused',
    hint: 'Open the address that the host printed. Files are chosen from the list of the window, tables imported on the page Datasets; a run on another machine is stopped on that machine.',
  },
  'bad-request': { message: 'The request cannot be understood', hint: 'Reload the page.' },
  internal: {
    message: 'Something went wrong that should not have',
    hint: 'Please report this message together with the steps that led to it.',
  },
} as const satisfies Record<string, ProblemText>

export type ProblemCode = keyof typeof problemTexts

/** The plain-data form of a Problem, as it travels between processes and stands in event logs. */
export interface ProblemReport {
  code: ProblemCode
  message: string
  /** The file, row, field, node or coalition that it concerns. */
  where: string
  detail: string
  hint: string
}

/** An expected failure. Throw it with its code, the place it concerns and the particulars. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly where: string
  readonly detail: string

  constructor(code: ProblemCode, where: string, detail: string, options?: ErrorOptions) {
    super(`${problemTexts[code].message}: ${where}: ${detail}`, options)
    this.name = 'Problem'
    this.code = code
    this.where = where
    this.detail = detail
  }

  report(): ProblemReport {
    const { message, hint } = problemTexts[this.code]
    return { code: this.code, message, where: this.where, detail: this.detail, hint }
  }

  static from(report: ProblemReport): Problem {
    return new Problem(report.code, report.where, report.detail)
  }
}

/** Any thrown value as a report; what is not a Problem becomes `internal` with its own message. */
export function reportOf(error: unknown): ProblemReport {
  if (error instanceof Problem) return error.report()
  const detail = error instanceof Error ? error.message : String(error)
  return new Problem('internal', 'unexpected error', detail).report()
}

/** The words of the allocators of C++, ONNX Runtime's arena, CUDA and Node for memory that they did not get. */
const memoryWords =
  /bad_alloc|bad allocation|failed to allocate|out of memory|array buffer allocation failed/i

/** Whether memory is what was missing: the problem of it, or what an allocator threw. */
export function isWantOfMemory(error: unknown): boolean {
  if (error instanceof Problem) return error.code === 'out-of-memory'
  return error instanceof Error && memoryWords.test(error.message)
}

/** What was thrown as a problem that names the place, where memory was missing; anything else as it is. */
export function nameWantOfMemory(error: unknown, where: () => string): unknown {
  if (error instanceof Problem || !isWantOfMemory(error)) return error
  return new Problem('out-of-memory', where(), (error as Error).message, { cause: error })
}
