import type { RunSummary } from '../calls/runs.ts'
import type { RunDigest } from '../run/digest.ts'
import type { ScoreRow } from '../run/state.ts'
import type { ComparedRun } from './compared-run.ts'
import type { RunDifference } from './difference.ts'
import { genotypeRows, type GenotypeRow } from './genotypes.ts'
import { scoresOf } from './scores.ts'
import { settingRows, type SettingRow } from './settings.ts'
import { verdictOn, type Verdict } from './verdict.ts'

/** Runs side by side as plain data. What stands by run is in the order of `runs`. */
export interface ComparisonReport {
  /** The id of the run that the others are measured against. */
  reference: string
  runs: {
    id: string
    letter: string
    label: string
    summary: RunSummary
    dataset: RunDigest['dataset']
    models: ScoreRow[]
    /** The derived architecture less the reference's; null for the reference and where either has no score. */
    difference: RunDifference | null
  }[]
  verdict: Verdict
  /** Those that differ. */
  settings: SettingRow[]
  /** Every decision of the architectures, told apart from the reference's. */
  choices: GenotypeRow[]
}

export function reportOn(runs: readonly ComparedRun[], reference: string): ComparisonReport {
  return {
    reference,
    runs: scoresOf(runs, reference).map(({ run, difference }) => ({
      id: run.id,
      letter: run.letter,
      label: run.label,
      summary: run.summary,
      dataset: run.digest.dataset,
      models: run.digest.models,
      difference,
    })),
    verdict: verdictOn(runs),
    settings: settingRows(runs).filter(({ differs }) => differs),
    choices: genotypeRows(runs, reference),
  }
}
