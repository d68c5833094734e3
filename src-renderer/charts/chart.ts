import type { EChartsCoreOption } from 'echarts/core'
import type { Scheme } from '#contract/drawing/palette.ts'
import type { RunState } from '#contract/run/state.ts'
import type { Table } from '#contract/table.ts'

/** What the reader has chosen elsewhere on the page and a chart may answer to. */
export interface ChartFocus {
  scheme: Scheme
  /** The decision whose contributions are followed, e.g. `cell0/node0/op`. */
  decision?: string
  /** The selected player. */
  player?: string
  /** The search epoch that the page shows, from 0. */
  epoch?: number
  /** Pixels that the picture is high, so that labels keep clear of each other. */
  height?: number
}

/** A picture of a run (or of several): its drawing and the table behind it are both pure functions of its state. */
export interface ChartDefinition<S = RunState> {
  /** Names the file of its CSV. */
  id: string
  /** The question that the chart answers. */
  title: string
  /** Said in the chart's place while there is nothing to draw. */
  empty: string
  table(state: S, focus: ChartFocus): Table
  draw(state: S, focus: ChartFocus): EChartsCoreOption
}

export const defineChart = (definition: ChartDefinition): ChartDefinition => definition
