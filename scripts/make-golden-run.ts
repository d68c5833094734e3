import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson } from '#worker/run-directory/json.ts'
import { runPaths } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { runWorker } from '../test/fixtures/run-worker.ts'
import { smallConfig, writeVectorTable } from '../test/fixtures/small-run.ts'

/**
 * Makes the run directory of this version that every later version must open: a small real run without the paths of this
 * machine; with `paused` one that has stopped in the middle of its search, which every later version must bring to its end.
 * Usage: `node scripts/make-golden-run.ts <new folder under test/golden> [paused]`. Those that are there stay as they are.
 */
const [target, paused] = process.argv.slice(2)
if (!target) throw new Error('usage: node scripts/make-golden-run.ts <new folder> [paused]')
/** Events after which the search has finished its first epoch, and not its last. */
const pauseAfter = 37

const folder = mkdtempSync(join(tmpdir(), 'shapwright-golden-'))
const table = writeVectorTable(folder)
const { directory } = createRun(join(folder, 'runs'), smallConfig(table, { name: 'golden' }))
mkdirSync(join(folder, 'data'))
const pausing = paused === 'paused' ? ({ cancelAfter: pauseAfter, word: 'pause' } as const) : {}
await runWorker({ directory, dataDir: join(folder, 'data'), ...pausing })
const { config, annotations } = runPaths(directory)
writeFileSync(config, readFileSync(config, 'utf8').replace(table, basename(table)))
writeAtomically(
  annotations,
  encodeJson({ schemaVersion: 1, name: null, tags: ['golden'], notes: 'Every later version opens this.' }),
)
cpSync(directory, target, {
  recursive: true,
  errorOnExist: true,
  force: false,
  filter: (source) => !basename(source).startsWith('example.'),
})
rmSync(folder, { recursive: true })
