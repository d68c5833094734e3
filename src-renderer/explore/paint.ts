import { runStyle, type Scheme } from '#contract/drawing/palette.ts'

/** How runs of one strategy are painted: told apart by colour and by shape. */
export interface GroupLook {
  name: string
  colour: string
  shape: 'circle' | 'square' | 'triangle' | 'diamond'
}

const shapes = ['circle', 'triangle', 'square', 'diamond'] as const
/** These stand first, so that they look alike in every folder. */
const known = ['sm-shapnas', 'darts', 'random']

export function looksOf(names: Iterable<string>, scheme: Scheme): GroupLook[] {
  const all = [...new Set([...known, ...[...new Set(names)].sort()])]
  return all.map((name, i) => ({
    name,
    colour: runStyle(i, scheme).colour,
    shape: shapes[i % shapes.length],
  }))
}

/** Lines of one stroke; longer paths cost more than their parts. */
const linesAtOnce = 100

export interface Polylines {
  /** Pixels of every axis from the left. */
  xs: readonly number[]
  /** Pixels from the top, by axis and point. */
  ys: readonly Float32Array[]
  /** Opacity of a line. */
  alpha: number
}

/** One line a point through all axes; the groups take turns, so that none covers the others. */
export function paintPolylines(
  context: CanvasRenderingContext2D,
  groups: readonly { indices: readonly number[]; colour: string }[],
  { xs, ys, alpha }: Polylines,
): void {
  context.globalAlpha = alpha
  context.lineWidth = 1
  for (const { indices, colour } of strokes(groups)) {
    context.strokeStyle = colour
    context.beginPath()
    for (const index of indices) {
      context.moveTo(xs[0], ys[0][index])
      for (let axis = 1; axis < xs.length; axis++) context.lineTo(xs[axis], ys[axis][index])
    }
    context.stroke()
  }
  context.globalAlpha = 1
}

/** The groups in parts of one stroke, each group's parts evenly over the whole. */
function strokes<G extends { indices: readonly number[] }>(groups: readonly G[]): G[] {
  return groups
    .flatMap((group) => {
      const parts = Math.ceil(group.indices.length / linesAtOnce)
      return Array.from({ length: parts }, (_, i) => ({
        at: (i + 0.5) / parts,
        part: { ...group, indices: group.indices.slice(i * linesAtOnce, (i + 1) * linesAtOnce) },
      }))
    })
    .toSorted((a, b) => a.at - b.at)
    .map(({ part }) => part)
}

/** At most `most` of them, evenly. */
export function sampleOf(indices: readonly number[], most: number): readonly number[] {
  if (indices.length <= most) return indices
  return Array.from({ length: most }, (_, i) => indices[Math.floor((i * indices.length) / most)])
}

/** Faint where there are many, so that the crowd shows its density. */
export const lineOpacity = (count: number): number => Math.min(0.85, Math.max(0.04, 40 / Math.max(1, count)))

export const pointOpacity = (count: number): number => Math.min(0.9, Math.max(0.18, 400 / Math.max(1, count)))

/** A marker as a small picture, centred; many of them are painted faster than as many shapes. */
export function markerPicture(shape: GroupLook['shape'], colour: string, radius: number): HTMLCanvasElement {
  const picture = document.createElement('canvas')
  const ratio = devicePixelRatio
  picture.width = picture.height = Math.ceil(3 * radius * ratio)
  const context = picture.getContext('2d')!
  context.setTransform(ratio, 0, 0, ratio, picture.width / 2, picture.height / 2)
  context.fillStyle = colour
  context.beginPath()
  traceMarker(context, shape, 0, 0, radius)
  context.fill()
  return picture
}

/** Adds a marker of a radius around a place to the path. */
export function traceMarker(
  context: CanvasRenderingContext2D,
  shape: GroupLook['shape'],
  x: number,
  y: number,
  radius: number,
): void {
  if (shape === 'circle') {
    context.moveTo(x + radius, y)
    context.arc(x, y, radius, 0, 2 * Math.PI)
  } else if (shape === 'square') {
    context.rect(x - 0.88 * radius, y - 0.88 * radius, 1.76 * radius, 1.76 * radius)
  } else if (shape === 'triangle') {
    context.moveTo(x, y - 1.15 * radius)
    context.lineTo(x + 1.1 * radius, y + 0.85 * radius)
    context.lineTo(x - 1.1 * radius, y + 0.85 * radius)
    context.closePath()
  } else {
    context.moveTo(x, y - 1.25 * radius)
    context.lineTo(x + 1.25 * radius, y)
    context.lineTo(x, y + 1.25 * radius)
    context.lineTo(x - 1.25 * radius, y)
    context.closePath()
  }
}
