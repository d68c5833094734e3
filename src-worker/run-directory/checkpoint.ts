import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Problem } from '#contract/problem.ts'
import { writeAtomically } from './atomic-file.ts'
import { encodeJsonLine, parseJson } from './json.ts'
import { checkpointSuffix, runPaths } from './layout.ts'
import { bytesOf, decodeSafetensors, dtypeOf, encodeSafetensors } from './safetensors.ts'
import type { StoredTensor } from './safetensors.ts'

/** All that is needed to go on: named tensors, and plain data beside them. */
export interface Checkpoint {
  tensors: Record<string, StoredTensor>
  /** Plain JSON: phase, epoch, step and whatever is no tensor. */
  meta: unknown
  /** The last event that it covers; −1 before the first. */
  afterSeq: number
}

const kept = 2

/** Writes the next checkpoint of the run and removes all but the last two. Throws `data-folder-unwritable`. */
export function writeCheckpoint(directory: string, { tensors, meta, afterSeq }: Checkpoint): void {
  const folder = runPaths(directory).checkpoints
  const text = encodeJsonLine({ afterSeq, meta })
  const bytes = encodeSafetensors({
    tensors,
    metadata: { checkpoint: text, sha256: digestOf(tensors, text) },
  })
  mkdirSync(folder, { recursive: true })
  const files = checkpointFiles(folder)
  const number = files.length === 0 ? 1 : Number.parseInt(files.at(-1)!) + 1
  writeAtomically(join(folder, String(number).padStart(6, '0') + checkpointSuffix), bytes)
  for (const file of files.slice(0, -(kept - 1))) rmSync(join(folder, file), { force: true })
}

interface DamagedCheckpoint {
  file: string
  reason: string
}

export interface FoundCheckpoint extends Checkpoint {
  file: string
  /** Newer checkpoints that could not be read. */
  damaged: DamagedCheckpoint[]
}

/**
 * The newest checkpoint that is whole: readable, and its SHA-256 fits. Null where the run has left none.
 * Throws `run-damaged` when there are some and not one is whole.
 */
export function readCheckpoint(directory: string): FoundCheckpoint | null {
  const folder = runPaths(directory).checkpoints
  const damaged: DamagedCheckpoint[] = []
  for (const file of checkpointFiles(folder).reverse()) {
    const path = join(folder, file)
    try {
      return { ...readWhole(path), file: path, damaged }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      damaged.push({ file: path, reason: error.detail })
    }
  }
  if (damaged.length > 0) {
    const reasons = damaged.map(({ file, reason }) => `${basename(file)}: ${reason}`)
    throw new Problem('run-damaged', folder, reasons.join('; '))
  }
  return null
}

function readWhole(path: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(readFileSync(path), path)
  const text = metadata['checkpoint'] ?? ''
  if (metadata['sha256'] !== digestOf(tensors, text))
    throw new Problem('run-damaged', path, 'its SHA-256 does not fit')
  const { afterSeq, meta } = parseJson(text, path) as { afterSeq: number; meta: unknown }
  return { tensors, meta, afterSeq }
}

/** SHA-256 over every tensor's name, dtype, shape and bytes, by name, and the text beside them. */
function digestOf(tensors: Record<string, StoredTensor>, text: string): string {
  const hash = createHash('sha256')
  for (const name of Object.keys(tensors).sort()) {
    const { shape, data } = tensors[name]
    hash.update(`${JSON.stringify([name, dtypeOf(data), shape])}\n`).update(bytesOf(data))
  }
  return hash.update(text).digest('hex')
}

/** In the order written. */
const checkpointFiles = (folder: string): string[] =>
  namesIn(folder)
    .filter((file) => /^\d{6,}\.safetensors$/.test(file))
    .sort((a, b) => Number.parseInt(a) - Number.parseInt(b))

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
