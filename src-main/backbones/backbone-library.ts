import { join } from 'node:path'
import {
  lastOfEachResolution,
  pictureScalings,
  type FileInput,
  type PictureInput,
  type StoredBackbone,
} from '#contract/backbone.ts'
import type { BackboneChange, BackboneEntry, UnimodalScore } from '#contract/calls/backbones.ts'
import type { Push } from '#contract/calls.ts'
import { Problem, reportOf, type ProblemReport } from '#contract/problem.ts'
import type { Store } from '../store/open.ts'
import { callWorker } from '../workers/call-worker.ts'
import type { SpawnWorker } from '../workers/spawn-worker.ts'
import { BackboneFiles } from './backbone-files.ts'
import { RunsWithBackbones } from './runs-with.ts'
import { unimodalScores } from './unimodal-scores.ts'

export interface BackboneLibraryOptions {
  dataDir: string
  runsDir: string
  store: Store
  spawnWorker: SpawnWorker
  push: (told: Push) => void
  /** Told of what went wrong while nobody waited for an answer. */
  report: (problem: ProblemReport) => void
}

/** Digits of the hash that name a file. */
const idLength = 16
/** Where a file leaves the size of pictures open. */
const usualSide = 224

/** The imported ONNX files of a data folder. */
export class BackboneLibrary {
  readonly #options: BackboneLibraryOptions
  readonly #files: BackboneFiles
  readonly #runs: RunsWithBackbones
  readonly #closing = new AbortController()
  /** What still reads or writes files. */
  readonly #going = new Set<Promise<unknown>>()

  constructor(options: BackboneLibraryOptions) {
    this.#options = options
    this.#files = new BackboneFiles(options.dataDir)
    this.#runs = new RunsWithBackbones(options.store, options.runsDir)
  }

  /** The newest first. One that cannot be read is reported and left out. */
  list(): BackboneEntry[] {
    const runs = this.#runs.byFile()
    const entries = this.#files.ids().flatMap((id) => {
      try {
        return [entryOf(id, this.#files.read(id), runs)]
      } catch (error) {
        this.#options.report(reportOf(error))
        return []
      }
    })
    return entries.toSorted((a, b) => b.importedAt - a.importedAt)
  }

  scores(): UnimodalScore[] {
    return unimodalScores(this.#options.store)
  }

  /** Copies a file into the library and answers its id. @throws Problem `backbone-unreadable`, `data-folder-unwritable` */
  import(path: string, name: string): Promise<string> {
    return this.#untilClosed(this.#import(path, name))
  }

  async #import(path: string, name: string): Promise<string> {
    const folder = await this.#files.receive(path)
    try {
      const read = await this.#read(join(folder, 'model.onnx'), null).catch((error: unknown) => {
        throw namedAfter(name, error)
      })
      const id = read.hash.slice(0, idLength)
      this.#files.keep(folder, id, {
        schemaVersion: 1,
        name,
        importedAt: Date.now(),
        ...read,
        picture: usualPicture(read.input),
        chosen: lastOfEachResolution(read.taps),
      })
      this.#options.push({ topic: 'backbones.changed' })
      return id
    } catch (error) {
      this.#files.discard(folder)
      throw error
    }
  }

  /** @throws Problem `backbone-not-found`, `bad-request` for taps that the file has not, `backbone-unreadable` for a size that it cannot read */
  change(id: string, change: BackboneChange): Promise<BackboneEntry> {
    return this.#untilClosed(this.#change(id, change))
  }

  async #change(id: string, change: BackboneChange): Promise<BackboneEntry> {
    const before = this.#files.read(id)
    const picture = pictureFor(before, change.picture)
    const resized = picture?.height !== before.picture?.height || picture?.width !== before.picture?.width
    const read = resized ? await this.#read(this.#files.modelOf(id), picture) : {}
    // other changes may have been made while the file was read
    const now = this.#files.read(id)
    const after = { ...now, ...change, ...read, picture: resized ? picture : pictureFor(now, change.picture) }
    const unknown = after.chosen.find((chosen) => !after.taps.some(({ name }) => name === chosen))
    if (unknown !== undefined) throw new Problem('bad-request', now.name, `it has no tensor ${unknown}`)
    this.#files.write(id, after)
    this.#options.push({ topic: 'backbones.changed' })
    return entryOf(id, after, this.#runs.byFile())
  }

  /** @throws Problem `backbone-not-found`, `backbone-busy` */
  remove(id: string): void {
    if (!this.#files.has(id)) throw new Problem('backbone-not-found', id, 'the library has none of this id')
    const open = (this.#runs.byFile().get(id) ?? []).filter(({ state }) => state !== 'done')
    if (open.length > 0) {
      const [{ name, state }] = open
      const others = open.length > 1 ? `, and ${open.length - 1} more` : ''
      throw new Problem('backbone-busy', id, `the run ${name} is ${state}${others}`)
    }
    this.#files.remove(id)
    this.#options.push({ topic: 'backbones.changed' })
  }

  /** Stops what is being read, and answers when it has ended. */
  async close(): Promise<void> {
    this.#closing.abort(new Problem('internal', 'backbones', 'the workbench is closing'))
    await Promise.allSettled(this.#going)
  }

  async #untilClosed<T>(going: Promise<T>): Promise<T> {
    this.#going.add(going)
    try {
      return await going
    } finally {
      this.#going.delete(going)
    }
  }

  #read(path: string, size: Pick<PictureInput, 'height' | 'width'> | null) {
    const { spawnWorker, dataDir } = this.#options
    const wanted = size && { height: size.height, width: size.width }
    return callWorker({ spawnWorker, dataDir, signal: this.#closing.signal }, 'taps', path, wanted)
  }
}

function entryOf(
  id: string,
  stored: StoredBackbone,
  runs: ReadonlyMap<string, BackboneEntry['runs']>,
): BackboneEntry {
  const { schemaVersion: _version, ...entry } = stored
  return { id, ...entry, runs: runs.get(id) ?? [] }
}

function usualPicture(input: FileInput): PictureInput | null {
  if (input.type !== 'image') return null
  const { height, width } = input
  const { range, mean, deviation } = pictureScalings.ImageNet
  return {
    height: height ?? usualSide,
    width: width ?? usualSide,
    range,
    mean: [...mean],
    deviation: [...deviation],
  }
}

/** A size that the file itself fixes stays. */
function pictureFor(
  { input, picture }: StoredBackbone,
  wanted: PictureInput | undefined,
): PictureInput | null {
  if (input.type !== 'image' || !wanted) return picture
  return { ...wanted, height: input.height ?? wanted.height, width: input.width ?? wanted.width }
}

/** A problem with the copy is one with the file that was chosen. */
function namedAfter(name: string, error: unknown): unknown {
  if (!(error instanceof Problem) || error.code !== 'backbone-unreadable') return error
  return new Problem(error.code, name, error.detail, { cause: error })
}
