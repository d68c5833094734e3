import type { SpaceKey } from '../training-step/step-times.ts'
import { fitPower } from './times.ts'

/** Seconds of a valuation against one quantity. */
export interface Series {
  space: SpaceKey
  along: string
  points: { x: number; y: number }[]
}

const [width, height, margin] = [300, 240, 44]
const colours: Record<SpaceKey, string> = { 'bm-nas': '#0b6e99', full: '#b3541e' }

/** A panel for each quantity, both axes logarithmic, with the fitted powers as lines. */
export function plotSeries(series: readonly Series[]): string {
  const alongs = [...new Set(series.map(({ along }) => along))]
  const panels = alongs.map((along, i) => {
    const own = series.filter((one) => one.along === along)
    return `<g transform="translate(${i * width} 0)">${panel(along, own)}</g>`
  })
  const [w, h] = [alongs.length * width, height]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" font-family="sans-serif" font-size="11">`,
    `<rect width="${w}" height="${h}" fill="#ffffff"/>`,
    ...panels,
    '</svg>\n',
  ].join('\n')
}

function panel(along: string, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points)
  const scale = (values: number[], from: number, to: number) => {
    const [low, high] = [Math.log(Math.min(...values) / 1.25), Math.log(Math.max(...values) * 1.25)]
    return (value: number) => (from + ((Math.log(value) - low) / (high - low)) * (to - from)).toFixed(1)
  }
  const ys = all.map(({ y }) => y)
  const x = scale(
    all.map(({ x }) => x),
    margin,
    width - 12,
  )
  const y = scale(ys, height - margin, 24)
  const xs = [...new Set(all.map(({ x }) => x))].sort((a, b) => a - b)
  const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].filter(
    (tick) => tick >= Math.min(...ys) / 1.25 && tick <= Math.max(...ys) * 1.25,
  )
  return [
    `<path d="M${margin} 24V${height - margin}H${width - 12}" fill="none" stroke="#888888"/>`,
    ...xs.map(
      (tick) => `<text x="${x(tick)}" y="${height - margin + 14}" text-anchor="middle">${tick}</text>`,
    ),
    ...ticks.map(
      (tick) =>
        `<text x="${margin - 6}" y="${Number(y(tick)) + 4}" text-anchor="end">${tick}</text><path d="M${margin} ${y(tick)}H${width - 12}" stroke="#eeeeee"/>`,
    ),
    `<text x="${(width + margin) / 2}" y="${height - 12}" text-anchor="middle">${along}</text>`,
    `<text x="${margin - 34}" y="14">seconds</text>`,
    ...series.map(({ space, points }, i) => {
      const { factor, exponent } = fitPower(points)
      const ends = [points[0], points[points.length - 1]].map(
        (end) => `${x(end.x)} ${y(factor * end.x ** exponent)}`,
      )
      const colour = colours[space]
      return [
        `<path d="M${ends.join('L')}" stroke="${colour}" fill="none"/>`,
        ...points.map((point) => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3.5" fill="${colour}"/>`),
        `<text x="${width - 12}" y="${14 + 13 * i}" text-anchor="end" fill="${colour}">${space} ^${exponent.toFixed(2)}</text>`,
      ].join('')
    }),
  ].join('\n')
}
