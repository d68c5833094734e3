import { basename, dirname } from 'node:path'
import type { RunSummary } from '#contract/calls/runs.ts'
import { OpenRun } from '../runs/open-run.ts'
import { summaryFromRun } from '../store/summary.ts'

/** A run as its directory tells it now. @throws Problem `run-not-found`, `run-damaged`, `bad-configuration` */
export function readRun(directory: string, place = { trashed: false }): OpenRun {
  const run = new OpenRun(dirname(directory), basename(directory), place)
  run.readOn()
  return run
}

/** @throws Problem `run-not-found`, `run-damaged`, `bad-configuration` */
export const readSummary = (directory: string, place = { trashed: false }): RunSummary =>
  summaryFromRun(readRun(directory, place))
