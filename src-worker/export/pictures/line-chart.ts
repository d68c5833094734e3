import { niceAxis, spread } from '#contract/drawing/nice-axis.ts'
import { plainColours, type Scheme } from '#contract/drawing/palette.ts'
import { element, label } from '#contract/drawing/markup.ts'
import type { Paint } from '#contract/drawing/paint.ts'

interface ChartLine {
  name: string
  colour: (scheme: Scheme) => string
  dashed?: boolean
  points: readonly (readonly [x: number, y: number])[]
}

export interface LineChart {
  /** What a reader who cannot see it is told. */
  description: string
  x: string
  y: string
  lines: readonly ChartLine[]
}

const size = { width: 540, height: 250 }
const plot = { left: 52, right: 430, top: 12, bottom: 208 }

/** Lines over whole numbers such as epochs, each named at its end. */
export function drawLineChart({ description, x, y, lines }: LineChart, paint: Paint): string {
  const colours = (name: keyof ReturnType<typeof plainColours>) =>
    paint((scheme) => plainColours(scheme)[name])
  const all = lines.flatMap(({ points }) => points)
  const values = niceAxis(
    all.map(([, value]) => value),
    4,
  )
  const steps = all.map(([step]) => step)
  const [first, last] = [Math.min(...steps), Math.max(...steps)]
  const atX = (step: number) =>
    plot.left + ((plot.right - plot.left) * (step - first)) / Math.max(1, last - first)
  const atY = (value: number) =>
    plot.bottom - ((plot.bottom - plot.top) * (value - values.min)) / (values.max - values.min)
  const small = `fill:${colours('muted')};font-size:10px`
  const ticks = ticksOf(values.min, values.max, values.step).map((value) =>
    [
      element('path', {
        d: `M${plot.left},${atY(value).toFixed(1)} H${plot.right}`,
        style: `stroke:${colours('line')}`,
      }),
      label(value.toFixed(values.decimals), {
        x: plot.left - 6,
        y: atY(value) + 3,
        'text-anchor': 'end',
        style: small,
      }),
    ].join(''),
  )
  const columns = wholeTicks(first, last).map((step) =>
    label(String(step), { x: atX(step), y: plot.bottom + 16, 'text-anchor': 'middle', style: small }),
  )
  const ends = spread(
    lines.map(({ points }) => (points.length > 0 ? atY(points.at(-1)![1]) : null)),
    13,
    plot.bottom,
  )
  const drawn = lines.map((line, i) => {
    if (line.points.length === 0) return ''
    const colour = paint(line.colour)
    const d = line.points.map(([step, value]) => `${atX(step).toFixed(1)},${atY(value).toFixed(1)}`)
    const dash = line.dashed ? ';stroke-dasharray:5 3' : ''
    return [
      element('path', {
        d: `M${d.join(' L')}`,
        style: `fill:none;stroke:${colour};stroke-width:2;stroke-linejoin:round${dash}`,
      }),
      label(line.name, { x: plot.right + 8, y: ends[i]! + 4, style: `fill:${colour};font-size:11px` }),
    ].join('')
  })
  return element(
    'svg',
    { viewBox: `0 0 ${size.width} ${size.height}`, role: 'img', 'aria-label': description, class: 'chart' },
    ...ticks,
    ...columns,
    label(x, {
      x: (plot.left + plot.right) / 2,
      y: size.height - 8,
      'text-anchor': 'middle',
      style: small,
    }),
    label(y, { x: 0, y: 0, transform: `translate(12 ${plot.bottom}) rotate(-90)`, style: small }),
    ...drawn,
  )
}

function ticksOf(min: number, max: number, step: number): number[] {
  return Array.from({ length: Math.round((max - min) / step) + 1 }, (_, i) => min + i * step)
}

/** At most about eight whole numbers from the first to the last. */
function wholeTicks(first: number, last: number): number[] {
  const step = Math.max(1, Math.ceil((last - first) / 7))
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step)
}
