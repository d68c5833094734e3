import type { ComparedRun } from '#contract/compare/compared-run.ts'
import { runStyle } from '#contract/drawing/palette.ts'
import type { RunDigest } from '#contract/run/digest.ts'
import type { ChartDefinition } from '../charts/chart.ts'
import { drawLines, type Line } from '../charts/draw-lines.ts'

/** Runs that are drawn into one picture. */
export interface ComparedCurves {
  runs: readonly ComparedRun[]
  /** The run that the others are measured by; its line is the thick one. */
  referenceId: string
  /** What the validation score of these runs is: `accuracy`, `weighted F1`. */
  score: string
}

/** A line's end carries at most so many letters of a run's name; its letter tells it in any case. */
const longestLabel = 24

function epochCurve(
  id: string,
  title: string,
  axisOf: (curves: ComparedCurves) => string,
  valueOf: (epoch: RunDigest['epochs'][number]) => number,
): ChartDefinition<ComparedCurves> {
  return {
    id,
    title,
    empty: 'The curves begin with the first search epoch of one of the runs.',

    table: (curves) => ({
      columns: ['run', 'name', 'epoch', axisOf(curves)],
      rows: curves.runs.flatMap((run) =>
        run.digest.epochs.map((epoch) => [run.id, run.label, epoch.epoch + 1, valueOf(epoch)]),
      ),
    }),

    draw(curves, focus) {
      const { runs, referenceId } = curves
      const end = longestSearch(runs)
      return drawLines({
        focus,
        x: { name: 'epoch', min: 1, max: end },
        y: { name: axisOf(curves), decimals: 3 },
        lines: runs.map((run): Line => {
          const { epochs } = run.digest
          return {
            ...runStyle(run.index, focus.scheme),
            name: `${run.letter} ${run.label}`,
            label: shorten(`${run.letter} ${run.label}`),
            labelAt: end,
            symbols: epochs.length === 1,
            emphasised: run.id === referenceId,
            points: epochs.map((epoch) => [epoch.epoch + 1, valueOf(epoch)]),
          }
        }),
      })
    },
  }
}

const longestSearch = (runs: readonly ComparedRun[]) =>
  Math.max(2, ...runs.map(({ digest }) => (digest.epochs.at(-1)?.epoch ?? 0) + 1))

/** Cut in the middle: runs of one setup differ in the seed at their end. */
function shorten(text: string): string {
  if (text.length <= longestLabel) return text
  const kept = longestLabel - 1
  return `${text.slice(0, Math.ceil(kept / 2)).trimEnd()}…${text.slice(-Math.floor(kept / 2)).trimStart()}`
}

export const compareCharts: readonly ChartDefinition<ComparedCurves>[] = [
  epochCurve(
    'derived-score',
    'Which search finds the better architecture, and how soon?',
    ({ score }) => `validation ${score} of the derived architecture`,
    ({ derivedScore }) => derivedScore,
  ),
  epochCurve(
    'supernet-loss',
    'Which supernet learns faster?',
    () => 'mean training loss of the epoch',
    ({ trainLoss }) => trainLoss,
  ),
]
