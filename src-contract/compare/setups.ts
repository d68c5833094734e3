import { flattenSettings } from '../config/setting-path.ts'
import type { ComparedRun } from './compared-run.ts'

/** Runs that differ in nothing but chance: equal settings, equal data, other seeds. */
export interface Setup {
  runs: ComparedRun[]
  /** `A demo`, `darts (A, C, D)`, `the setup of A, B, C` */
  label: string
}

/** Settings that do not change what is compared. */
const incidental = new Set(['name', 'seed', 'device', 'threads', 'study'])

/** The runs by everything that decides them but the seed, in the order of their first run. */
export function setupsOf(runs: readonly ComparedRun[]): Setup[] {
  const groups = Map.groupBy(runs, ({ config, digest }) => {
    const settings = [...flattenSettings(config)].filter(([path]) => !incidental.has(path)).sort()
    return JSON.stringify([digest.dataset?.hash, settings])
  })
  return [...groups.values()].map((group) => ({ runs: group, label: labelOf(group) }))
}

function labelOf(runs: readonly ComparedRun[]): string {
  const names = new Set(runs.map(({ id, summary, config }) => withoutSeed(summary.name, config.seed) || id))
  const letters = shorten(runs.map(({ letter }) => letter)).join(', ')
  if (runs.length === 1) return `${letters} ${runs[0].summary.name || runs[0].id}`
  return names.size === 1 ? `${[...names][0]} (${letters})` : `the setup of ${letters}`
}

/** The runs of a study are named by their values, their seed and the study. */
const withoutSeed = (name: string, seed: number) => name.replace(new RegExp(`,? \\bseed ${seed}\\b`), '')

const shorten = (letters: readonly string[]) =>
  letters.length > 5 ? [...letters.slice(0, 4), `${letters.length - 4} more`] : letters
