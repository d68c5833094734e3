import { ArchitectureParts, fontFamily } from '#contract/drawing/architecture-parts.ts'
import type { Point } from '#contract/drawing/box.ts'
import { element } from '#contract/drawing/markup.ts'
import type { Paint } from '#contract/drawing/paint.ts'
import { formatContribution, formatSigned } from '#contract/format.ts'
import type { Genotype } from '#contract/genotype.ts'
import { contributionStroke } from '#contract/drawing/palette.ts'
import type { Contribution } from '#contract/shapley.ts'
import { placeArchitecture, rooms, route, sideOf } from './place-architecture.ts'

export interface ArchitecturePicture {
  genotype: Genotype
  /** By player id; none where the search did not value its choices. */
  contributions: ReadonlyMap<string, Contribution>
  /** Largest |φ| of the run: full colour. */
  limit: number
  /** What φ is in points of: `accuracy`. */
  value: string
  /** Ids and modalities of all features, in their order. */
  features: readonly { id: string; modality: string }[]
  /** In the dataset's order. */
  modalities: readonly string[]
  classes: number
}

const margin = 12
const legendHeight = 34

/** The derived architecture as an SVG document, contributions painted on its edges and operations. */
export function drawArchitecture(picture: ArchitecturePicture, paint: Paint): string {
  const { genotype, features, contributions, modalities, limit } = picture
  const places = placeArchitecture(genotype, readFeatures(picture))
  const draw = new ArchitectureParts(paint, limit)
  const lines = new Lines(picture, paint, draw)
  const sources = new Map<string, Point>()
  for (const { id, box } of places.features) sources.set(id, sideOf(box, 'right'))
  places.cells.forEach(({ output }, i) => sources.set(`cell${i}`, sideOf(output, 'right')))
  const modalityOf = new Map(features.map(({ id, modality }) => [id, modalities.indexOf(modality)]))
  const parts: string[] = []
  places.cells.forEach((cell, i) => {
    const { inputs, nodes } = genotype.cells[i]
    parts.push(draw.frameName(cell.frame, `cell ${i}`))
    inputs.forEach((source, k) => {
      const to = sideOf(cell.inputs, 'left', k === 0 ? 0.25 : 0.75)
      lines.valued(`cell${i}/edge/${source}`, sources.get(source)!, to, rooms.between)
    })
    const inner = new Map<string, Point>([
      ['x', sideOf(cell.inputs, 'right', 0.25)],
      ['y', sideOf(cell.inputs, 'right', 0.75)],
      ...cell.nodes.map((box, j) => [`node${j}`, sideOf(box, 'right')] as const),
    ])
    nodes.forEach(({ operation, inputs: pair }, j) => {
      const player = `cell${i}/node${j}`
      pair.forEach((source, k) => {
        const to = sideOf(cell.nodes[j], 'left', k === 0 ? 0.3 : 0.7)
        lines.valued(`${player}/edge/${source}`, inner.get(source)!, to, rooms.inside)
      })
      lines.fixed(sideOf(cell.nodes[j], 'right'), sideOf(cell.output, 'left'), 'late', rooms.inside)
      parts.push(
        draw.operation(cell.nodes[j], {
          operation,
          name: operation.replaceAll('_', ' '),
          contribution: contributions.get(`${player}/op/${operation}`),
          bold: true,
        }),
      )
    })
    parts.push(draw.inputs(cell.inputs), draw.labelled(cell.output, ['+ x']))
    lines.fixed(sideOf(cell.output, 'right'), sideOf(places.head, 'left'), 'late', rooms.between)
  })
  for (const { id, box } of places.features) parts.push(draw.feature(box, id, modalityOf.get(id) ?? 0))
  parts.push(draw.labelled(places.head, ['head', `${picture.classes} classes`]))
  const legend = contributions.size > 0 ? legendOf(draw, picture.value, places.height + 18) : ''
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
    ...places.cells.map(({ frame }) => draw.frame(frame)),
    ...lines.drawn,
    ...parts,
    legend,
  )
}

/** The features that the architecture reads, in the order of the space. */
function readFeatures({ genotype, features }: ArchitecturePicture): string[] {
  const used = new Set(genotype.cells.flatMap(({ inputs }) => inputs))
  const order = new Map(features.map(({ id }, i) => [id, i]))
  return [...used]
    .filter((source) => !/^cell\d+$/.test(source))
    .toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
}

function legendOf(draw: ArchitectureParts, value: string, y: number): string {
  const words = `φ, the Shapley value in points of validation ${value}, with its 95 % band; hatched: sparse`
  return draw.scale({ x: 0, y }) + draw.text(words, 0, y + 26, { colour: draw.plain('muted') })
}

/** The lines of the picture, in the order in which they were drawn. */
class Lines {
  readonly drawn: string[] = []
  readonly #picture: ArchitecturePicture
  readonly #paint: Paint
  readonly #parts: ArchitectureParts

  constructor(picture: ArchitecturePicture, paint: Paint, parts: ArchitectureParts) {
    this.#picture = picture
    this.#paint = paint
    this.#parts = parts
  }

  /** A line that the search has chosen, with its φ where there is one. */
  valued(player: string, from: Point, to: Point, room: number): void {
    const { contributions, limit } = this.#picture
    const found = contributions.get(player)
    if (!found) return this.fixed(from, to, 'early', room)
    const stroke = this.#paint((scheme) => contributionStroke(found.phi, limit, scheme))
    const title = element('title', {}, `${player}: φ ${formatContribution(found)} points`)
    const style = `fill:none;stroke:${stroke};stroke-width:2.5`
    const path = element('path', { d: route(from, to, 'early', room), style }, title)
    // outside the cell's frame, which the lines into a cell cross
    const x = to.x - (room === rooms.between ? 16 : 5)
    const look = { colour: this.#parts.plain('muted'), anchor: 'end', size: 9 } as const
    this.drawn.push(
      element('g', {}, path, this.#parts.text(formatSigned(100 * found.phi, 1), x, to.y - 4, look)),
    )
  }

  /** A line that the method fixes. */
  fixed(from: Point, to: Point, bend: 'early' | 'late', room: number): void {
    const style = `fill:none;stroke:${this.#parts.plain('axis')};stroke-width:1.5`
    this.drawn.push(element('path', { d: route(from, to, bend, room), style }))
  }
}
