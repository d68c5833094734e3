import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { defaultSettings, settings, type Settings, type SettingsChange } from '#contract/settings.ts'
import { asDataFolderProblem, writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson } from '#worker/run-directory/json.ts'
import { readIfThere } from '#worker/run-directory/read-if-there.ts'

/** The settings of a data folder, in memory and in its `settings.json`. */
export class SettingsFile {
  readonly #path: string
  readonly #listeners = new Set<(settings: Settings) => void>()
  #settings: Settings
  /** Whether the file is there but cannot be understood. */
  #foreign = false

  /** Where the file cannot be understood that is reported, and the defaults hold. */
  constructor(dataDir: string, report: (problem: ProblemReport) => void) {
    this.#path = join(dataDir, 'settings.json')
    const text = readIfThere(this.#path)
    const parsed = settings.safeParse(text === null ? {} : parsedOrText(text))
    this.#settings = parsed.data ?? defaultSettings
    if (parsed.success) return
    this.#foreign = true
    const [{ path, message }] = parsed.error.issues
    const detail = `${path.join('.') || 'it'}: ${message}; until it is mended the usual settings hold`
    report(new Problem('bad-configuration', this.#path, detail).report())
  }

  get value(): Settings {
    return this.#settings
  }

  /**
   * Takes over the changes. A file that was not understood is kept beside it as `settings.json.old`.
   * @throws Problem `data-folder-unwritable`; then nothing has changed.
   */
  change(change: SettingsChange): Settings {
    const next = { ...this.#settings, ...change }
    if (this.#foreign) asDataFolderProblem(this.#path, () => copyFileSync(this.#path, `${this.#path}.old`))
    writeAtomically(this.#path, encodeJson(next))
    this.#foreign = false
    this.#settings = next
    for (const listener of this.#listeners) listener(next)
    return next
  }

  onChange(listener: (settings: Settings) => void): void {
    this.#listeners.add(listener)
  }
}

/** What is no JSON is no settings either; the schema says so. */
function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}
