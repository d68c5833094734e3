import type { EChartsCoreOption } from 'echarts/core'
import { formatCount } from '#contract/format.ts'
import { niceAxis, spread, type NiceAxis } from '#contract/drawing/nice-axis.ts'
import { plainColours } from '#contract/drawing/palette.ts'
import type { ChartFocus } from './chart.ts'

/** As main.css; a chart measures its labels in it. */
const fontFamily = "Inter, system-ui, 'Segoe UI', 'Helvetica Neue', sans-serif"
const fontSize = 11
/** Pixels above and below the plot; a mark's label has a row of its own under the axis's name. */
const margin = { top: 24, bottom: 22 }
const markRow = 13

type Colours = ReturnType<typeof plainColours>

export interface Line {
  name: string
  /** What a click on the line selects. */
  id?: string
  points: (readonly [number, number | null])[]
  colour: string
  dashed?: boolean
  width?: number
  opacity?: number
  /** Marks the points, for few of them. */
  symbols?: boolean
  /** Written at the line's end; the name when left out, nothing when empty. */
  label?: string
  /** The label stands at this x, though the line may end before; a faint level leader goes there. */
  labelAt?: number
  /** Half-transparent area between low and high. */
  band?: (readonly [number, number, number])[]
  emphasised?: boolean
}

export interface LineChart {
  focus: ChartFocus
  /** `log`: equal ratios are equally far apart. */
  x: { name: string; min: number; max: number; log?: boolean }
  y: { name: string; decimals: number; zeroLine?: boolean }
  lines: Line[]
  /** A vertical mark, e.g. the epoch that was kept. */
  mark?: { x: number; label: string }
}

/** Lines over a numeric axis with direct labels, bands and one shared cursor: how all curves of a run look. */
export function drawLines({ focus, x, y, lines, mark }: LineChart): EChartsCoreOption {
  const colours = plainColours(focus.scheme)
  const font = { fontFamily, fontSize, color: colours.muted }
  const axis = niceAxis(valuesOf(lines, y.zeroLine ?? false), 4)
  const top = margin.top + (mark ? markRow : 0)
  const shifts = labelShifts(lines, axis, (focus.height ?? 180) - top - margin.bottom)
  return {
    animation: false,
    textStyle: { fontFamily },
    grid: { left: 38, right: labelWidth(lines), top, bottom: margin.bottom },
    tooltip: tooltip(colours, y.decimals),
    xAxis: {
      ...(x.log ? { type: 'log', logBase: 2 } : { type: 'value', minInterval: 1 }),
      min: x.min,
      max: x.max,
      axisLabel: {
        ...font,
        hideOverlap: true,
        formatter: (value: number) => {
          const text = x.log ? formatCount(value) : String(value)
          return value === x.min ? `${x.name} ${text}` : text
        },
      },
      axisLine: { lineStyle: { color: colours.axis }, onZero: false },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      name: y.name,
      nameLocation: 'end',
      nameGap: 10 + top - margin.top,
      nameTextStyle: { ...font, align: 'left', padding: [0, 0, 0, -30] },
      min: axis.min,
      max: axis.max,
      interval: axis.step,
      axisLabel: { ...font, formatter: (value: number) => value.toFixed(axis.decimals).replace('-', '−') },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: lines.flatMap((line, i) => [
      ...bandSeries(line),
      {
        ...lineSeries(line, shifts[i]),
        ...(i === 0 ? { markLine: markLine(colours, y.zeroLine ?? false, mark) } : {}),
      },
      ...leaderSeries(line, shifts[i]),
    ]),
  }
}

function valuesOf(lines: readonly Line[], withZero: boolean): number[] {
  const values = lines.flatMap(({ points, band = [] }) => [
    ...points.flatMap(([, value]) => (value === null ? [] : [value])),
    ...band.flatMap(([, low, high]) => [low, high]),
  ])
  return withZero ? [...values, 0] : values
}

const labelOf = ({ label, name }: Line) => label ?? name
const lastValue = ({ points }: Line) => points.findLast(([, value]) => value !== null)?.[1] ?? null

/** Pixels to move each end label down so that none covers another. */
function labelShifts(lines: readonly Line[], axis: NiceAxis, plotHeight: number): number[] {
  const wanted = lines.map((line) => {
    const value = labelOf(line) === '' ? null : lastValue(line)
    return value === null ? null : (plotHeight * (axis.max - value)) / (axis.max - axis.min)
  })
  const places = spread(wanted, fontSize + 2, plotHeight)
  return wanted.map((place, i) => (place === null ? 0 : places[i]! - place))
}

/** Room for the longest label at about 6 pixels a letter. */
function labelWidth(lines: readonly Line[]): number {
  return 14 + 6.2 * Math.max(2, ...lines.map((line) => labelOf(line).length))
}

function tooltip(colours: Colours, decimals: number): object {
  return {
    trigger: 'axis',
    confine: true,
    order: 'valueDesc',
    backgroundColor: colours.surface,
    borderColor: colours.line,
    padding: [6, 8],
    textStyle: { fontSize: 12, color: colours.text },
    axisPointer: { type: 'line', snap: true, lineStyle: { color: colours.axis, type: 'solid' } },
    valueFormatter: (value: unknown) =>
      typeof value === 'number' ? value.toFixed(decimals).replace('-', '−') : '–',
  }
}

function lineSeries(line: Line, labelShift: number): object {
  return {
    type: 'line',
    ...(line.id === undefined ? { cursor: 'default' } : { id: line.id, triggerEvent: 'line' }),
    name: line.name,
    data: line.points,
    showSymbol: line.symbols ?? false,
    symbol: 'circle',
    symbolSize: 4,
    sampling: 'lttb',
    z: line.emphasised ? 4 : 3,
    itemStyle: { color: line.colour },
    lineStyle: {
      color: line.colour,
      width: line.width ?? (line.emphasised ? 2.5 : 1.5),
      type: line.dashed ? [5, 3] : 'solid',
      opacity: line.opacity ?? 1,
    },
    endLabel: {
      show: labelOf(line) !== '' && leaderOf(line) === null,
      formatter: labelOf(line).replaceAll('{', '('),
      color: line.colour,
      fontSize,
      fontWeight: line.emphasised ? 600 : 400,
      distance: 5,
      offset: [0, labelShift],
    },
    emphasis: { disabled: true },
  }
}

/** From a line's last point level to where its label stands, if that is further on. */
function leaderOf({ points, labelAt }: Line): Line['points'] | null {
  const last = points.findLast(([, value]) => value !== null)
  if (labelAt === undefined || !last || last[0] >= labelAt) return null
  return [last, [labelAt, last[1]]]
}

function leaderSeries(line: Line, labelShift: number): object[] {
  const points = leaderOf(line)
  if (!points) return []
  const leader = {
    ...line,
    id: undefined,
    points,
    labelAt: undefined,
    width: 0.75,
    opacity: 0.4,
    symbols: false,
  }
  return [{ ...lineSeries(leader, labelShift), z: 2, silent: true, tooltip: { show: false } }]
}

function markLine(colours: Colours, zeroLine: boolean, mark: LineChart['mark']): object | undefined {
  const zero = { yAxis: 0, label: { show: false }, lineStyle: { color: colours.axis, type: 'solid' } }
  const label = mark && { formatter: mark.label, color: colours.muted, fontSize, distance: 3 }
  const data = [...(zeroLine ? [zero] : []), ...(mark ? [{ xAxis: mark.x, label }] : [])]
  if (data.length === 0) return undefined
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: colours.axis, type: [3, 3], width: 1 },
    data,
  }
}

/** A band is two stacked series: an invisible one up to `low`, a filled one from there to `high`. */
function bandSeries(line: Line): object[] {
  if (!line.band) return []
  const common = {
    type: 'line',
    stack: `${line.name} band`,
    stackStrategy: 'all',
    symbol: 'none',
    silent: true,
    z: 1,
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
    emphasis: { disabled: true },
  }
  return [
    { ...common, data: line.band.map(([x, low]) => [x, low]) },
    {
      ...common,
      data: line.band.map(([x, low, high]) => [x, high - low]),
      areaStyle: { color: line.colour, opacity: 0.16 },
    },
  ]
}
