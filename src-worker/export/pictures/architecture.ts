import { formatContribution, formatSigned } from '#contract/format.ts'
import type { Genotype } from '#contract/genotype.ts'
import {
  contributionColour,
  contributionStroke,
  isSparse,
  modalityColour,
  plainColours,
  textOnContribution,
} from '#contract/palette.ts'
import type { Contribution } from '#contract/shapley.ts'
import { element, label } from './markup.ts'
import type { Paint } from './paints.ts'
import { placeArchitecture, rooms, route, sideOf, type Box, type Point } from './place-architecture.ts'

export interface ArchitecturePicture {
  genotype: Genotype
  /** By player id; none where the search did not value its choices. */
  contributions: ReadonlyMap<string, Contribution>
  /** Largest |φ| of the run: full colour. */
  limit: number
  /** Ids and modalities of all features, in their order. */
  features: readonly { id: string; modality: string }[]
  /** In the dataset's order. */
  modalities: readonly string[]
  classes: number
}

const margin = 12
const legendHeight = 34
export const fontFamily = "Inter, system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"

/** The derived architecture as an SVG document, contributions painted on its edges and operations. */
export function drawArchitecture(picture: ArchitecturePicture, paint: Paint): string {
  const { genotype, features, contributions } = picture
  const used = new Set(genotype.cells.flatMap(({ inputs }) => inputs))
  const order = new Map(features.map(({ id }, i) => [id, i]))
  const read = [...used]
    .filter((source) => !/^cell\d+$/.test(source))
    .toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
  const places = placeArchitecture(genotype, read)
  const draw = new Drawing(picture, paint)
  const sources = new Map<string, Point>()
  for (const { id, box } of places.features) sources.set(id, sideOf(box, 'right'))
  places.cells.forEach(({ output }, i) => sources.set(`cell${i}`, sideOf(output, 'right')))
  const lines: string[] = []
  const parts: string[] = []
  places.cells.forEach((cell, i) => {
    parts.push(draw.frame(cell.frame, `cell ${i}`))
    const { inputs, nodes } = genotype.cells[i]
    inputs.forEach((source, k) => {
      const to = sideOf(cell.inputs, 'left', k === 0 ? 0.25 : 0.75)
      lines.push(draw.edge(`cell${i}/edge/${source}`, sources.get(source)!, to, 'early', rooms.between))
    })
    const inner = new Map<string, Point>([
      ['x', sideOf(cell.inputs, 'right', 0.25)],
      ['y', sideOf(cell.inputs, 'right', 0.75)],
      ...cell.nodes.map((box, j) => [`node${j}`, sideOf(box, 'right')] as const),
    ])
    nodes.forEach(({ operation, inputs: pair }, j) => {
      pair.forEach((source, k) => {
        const to = sideOf(cell.nodes[j], 'left', k === 0 ? 0.3 : 0.7)
        lines.push(
          draw.edge(`cell${i}/node${j}/edge/${source}`, inner.get(source)!, to, 'early', rooms.inside),
        )
      })
      lines.push(
        draw.fixed(sideOf(cell.nodes[j], 'right'), sideOf(cell.output, 'left'), 'late', rooms.inside),
      )
      parts.push(draw.operation(cell.nodes[j], `cell${i}/node${j}/op/${operation}`, operation))
    })
    parts.push(draw.ports(cell.inputs), draw.plain(cell.output, ['+ x']))
    lines.push(draw.fixed(sideOf(cell.output, 'right'), sideOf(places.head, 'left'), 'late', rooms.between))
  })
  for (const { id, box } of places.features) parts.push(draw.feature(box, id))
  parts.push(draw.plain(places.head, ['head', `${picture.classes} classes`]))
  const legend = contributions.size > 0 ? draw.legend({ x: 0, y: places.height + 18 }) : ''
  const width = places.width + 2 * margin
  const height = places.height + 2 * margin + (legend ? legendHeight : 0)
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `${-margin} ${-margin} ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': 'The chosen fusion, from features on the left to classes on the right',
      style: `font-family:${fontFamily};font-size:12px`,
    },
    draw.definitions(),
    ...parts.filter((part) => part.startsWith('<rect')),
    ...lines,
    ...parts.filter((part) => !part.startsWith('<rect')),
    legend,
  )
}

/** The parts of the picture. Frames are bare rectangles and lie under the lines. */
class Drawing {
  readonly #picture: ArchitecturePicture
  readonly #paint: Paint

  constructor(picture: ArchitecturePicture, paint: Paint) {
    this.#picture = picture
    this.#paint = paint
  }

  definitions(): string {
    const stroke = this.#plain('muted')
    const line = element('path', { d: 'M0,6 L6,0', style: `stroke:${stroke};stroke-width:1.2` })
    const pattern = { id: 'sparse', width: 6, height: 6, patternUnits: 'userSpaceOnUse' }
    return element('defs', {}, element('pattern', pattern, line))
  }

  frame(box: Box, name: string): string {
    const outline = `fill:none;stroke:${this.#plain('axis')};stroke-opacity:0.6`
    return (
      element('rect', { ...box, rx: 8, style: outline }) +
      label(name, { x: box.x + 12, y: box.y + 18, style: `fill:${this.#plain('muted')};font-size:11px` })
    )
  }

  edge(player: string, from: Point, to: Point, bend: 'early' | 'late', room: number): string {
    const { contributions, limit } = this.#picture
    const found = contributions.get(player)
    if (!found) return this.fixed(from, to, bend, room)
    const stroke = this.#paint((scheme) => contributionStroke(found.phi, limit, scheme))
    const title = element('title', {}, `${player}: φ ${formatContribution(found)} points`)
    const d = route(from, to, bend, room)
    const style = `fill:none;stroke:${stroke};stroke-width:2.5`
    const points = formatSigned(100 * found.phi, 1)
    // outside the cell's frame, which the lines into a cell cross
    const place = { x: to.x - (room === rooms.between ? 16 : 5), y: to.y - 4, 'text-anchor': 'end' }
    return element(
      'g',
      {},
      element('path', { d, style }, title),
      label(points, { ...place, style: `fill:${this.#plain('muted')};font-size:9px` }),
    )
  }

  /** A line that the method fixes. */
  fixed(from: Point, to: Point, bend: 'early' | 'late', room: number): string {
    const style = `fill:none;stroke:${this.#plain('axis')};stroke-width:1.5`
    return element('path', { d: route(from, to, bend, room), style })
  }

  feature(box: Box, id: string): string {
    const { features, modalities } = this.#picture
    const modality = features.find((feature) => feature.id === id)?.modality ?? ''
    const index = modalities.indexOf(modality)
    const colour = this.#paint((scheme) => modalityColour(Math.max(0, index), scheme))
    const dot = element('circle', { cx: box.x + 12, cy: box.y + 13, r: 4, style: `fill:${colour}` })
    return element('g', {}, this.#box(box), dot, this.#text(id, box.x + 22, box.y + 17))
  }

  operation(box: Box, player: string, operation: string): string {
    const { contributions, limit } = this.#picture
    const found = contributions.get(player)
    const fill = found && this.#paint((scheme) => contributionColour(found.phi, limit, scheme))
    const colour = found ? this.#paint((scheme) => textOnContribution(found.phi, limit, scheme)) : undefined
    const hatching = { x: box.x, y: box.y, width: 10, height: box.height }
    return element(
      'g',
      {},
      this.#box(box, fill),
      isSparse(operation) ? element('rect', { ...hatching, fill: 'url(#sparse)' }) : '',
      this.#text(operation.replaceAll('_', ' '), box.x + 18, box.y + 19, { colour, bold: true }),
      found ? this.#text(formatContribution(found), box.x + 18, box.y + 36, { colour }) : '',
    )
  }

  ports(box: Box): string {
    const middle = box.y + box.height / 2
    const divider = element('path', {
      d: `M${box.x},${middle} h${box.width}`,
      style: `stroke:${this.#plain('axis')}`,
    })
    return element(
      'g',
      {},
      this.#box(box),
      divider,
      this.#text('x', box.x + 9, box.y + 17),
      this.#text('y', box.x + 9, middle + 17),
    )
  }

  plain(box: Box, lines: readonly string[]): string {
    const first = box.y + box.height / 2 + 4 - 7 * (lines.length - 1)
    const centre = { x: box.x + box.width / 2, 'text-anchor': 'middle' }
    const texts = lines.map((text, i) =>
      label(text, {
        ...centre,
        y: first + 15 * i,
        style: `fill:${this.#plain(i === 0 ? 'text' : 'muted')};font-size:11px`,
      }),
    )
    return element('g', {}, this.#box(box), ...texts)
  }

  legend({ x, y }: Point): string {
    const { limit } = this.#picture
    const steps = Array.from({ length: 9 }, (_, i) => (limit * (i - 4)) / 4)
    const swatches = steps.map((phi, i) => {
      const fill = this.#paint((scheme) => contributionColour(phi, limit, scheme))
      return element('rect', { x: x + 78 + 14 * i, y, width: 14, height: 10, style: `fill:${fill}` })
    })
    const end = formatSigned(100 * limit, 1)
    const start = formatSigned(-100 * limit, 1)
    const words = 'φ, the Shapley value in points of validation accuracy, with its 95 % band; hatched: sparse'
    const muted = { colour: this.#plain('muted') }
    return element(
      'g',
      {},
      this.#text(`harms ${start}`, x, y + 9, muted),
      ...swatches,
      this.#text(`${end} helps`, x + 210, y + 9, muted),
      this.#text(words, x, y + 26, muted),
    )
  }

  #box(box: Box, fill = this.#plain('surface')): string {
    return element('rect', { ...box, rx: 4, style: `fill:${fill};stroke:${this.#plain('axis')}` })
  }

  #text(text: string, x: number, y: number, look: { colour?: string; bold?: boolean } = {}): string {
    const { colour = this.#plain('text'), bold = false } = look
    const style = `fill:${colour};font-size:11px${bold ? ';font-weight:600' : ''}`
    return label(text, { x, y, style })
  }

  #plain(name: keyof ReturnType<typeof plainColours>): string {
    return this.#paint((scheme) => plainColours(scheme)[name])
  }
}
