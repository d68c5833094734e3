import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { backboneId, storedBackbone, type StoredBackbone } from '#contract/backbone.ts'
import { Problem } from '#contract/problem.ts'
import { asDataFolderProblem, syncFolder, writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson } from '#worker/run-directory/json.ts'
import { copyDurably } from '../files/copy-durably.ts'

const incoming = '.incoming-'

/**
 * The imported files of a data folder: `backbones/<id>/model.onnx`, a copy, and `backbone.json` beside it, which says what
 * is in it and how it is used. A folder appears whole, by being renamed.
 */
export class BackboneFiles {
  readonly #folder: string

  /** Also clears away imports that were cut short; the data folder must be this process's alone. */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'backbones')
    for (const name of this.#names()) if (name.startsWith(incoming)) this.discard(join(this.#folder, name))
  }

  ids(): string[] {
    return this.#names().filter((name) => backboneId.safeParse(name).success)
  }

  has(id: string): boolean {
    return existsSync(join(this.#folder, id))
  }

  modelOf(id: string): string {
    return join(this.#folder, id, 'model.onnx')
  }

  /** @throws Problem `backbone-not-found`, `backbone-unreadable` when what is stored of it is damaged */
  read(id: string): StoredBackbone {
    const path = join(this.#folder, id, 'backbone.json')
    if (!existsSync(path)) throw new Problem('backbone-not-found', id, 'the library has none of this id')
    try {
      return storedBackbone.parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch (error) {
      throw new Problem('backbone-unreadable', path, (error as Error).message, { cause: error })
    }
  }

  /** @throws Problem `data-folder-unwritable` */
  write(id: string, backbone: StoredBackbone): void {
    writeAtomically(join(this.#folder, id, 'backbone.json'), encodeJson(backbone))
  }

  /** Copies a file to a folder that is no entry yet, and answers that folder. @throws Problem `data-folder-unwritable` */
  async receive(path: string): Promise<string> {
    const folder = join(this.#folder, `${incoming}${randomBytes(6).toString('hex')}`)
    asDataFolderProblem(folder, () => mkdirSync(folder, { recursive: true }))
    try {
      await copyDurably(path, join(folder, 'model.onnx'))
    } catch (error) {
      this.discard(folder)
      throw new Problem('data-folder-unwritable', folder, (error as Error).message, { cause: error })
    }
    return folder
  }

  /** Makes a received file the entry `id`; one that is there already stays, unless it is damaged. @throws Problem `data-folder-unwritable` */
  keep(folder: string, id: string, backbone: StoredBackbone): void {
    if (this.#isWhole(id)) return this.discard(folder)
    this.remove(id)
    writeAtomically(join(folder, 'backbone.json'), encodeJson(backbone))
    asDataFolderProblem(folder, () => {
      renameSync(folder, join(this.#folder, id))
      syncFolder(this.#folder)
    })
  }

  remove(id: string): void {
    this.discard(join(this.#folder, id))
  }

  discard(folder: string): void {
    asDataFolderProblem(folder, () => rmSync(folder, { recursive: true, force: true }))
  }

  #isWhole(id: string): boolean {
    if (!this.has(id)) return false
    try {
      return existsSync(this.modelOf(id)) && this.read(id).hash.startsWith(id)
    } catch (error) {
      if (error instanceof Problem) return false
      throw error
    }
  }

  #names(): string[] {
    return existsSync(this.#folder) ? readdirSync(this.#folder) : []
  }
}
