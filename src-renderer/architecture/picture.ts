import { ArchitectureParts, fontFamily } from '#contract/drawing/architecture-parts.ts'
import type { Box } from '#contract/drawing/box.ts'
import { element } from '#contract/drawing/markup.ts'
import { lightPaint } from '#contract/drawing/paint.ts'
import type { Valuation } from '../run/contributions/valuation.ts'
import { operationName } from '../words.ts'
import type { ArchitectureGraph, ArchitectureNode } from './graph.ts'
import { extentOf, operationBox, type Layout } from './layout.ts'
import { edgeLooks, type ArchitectureView } from './looks.ts'
import { chosenParts } from './places.ts'

export interface PictureSource {
  graph: ArchitectureGraph
  layout: Layout
  valuation: Valuation | null
  view: ArchitectureView
  /** In the dataset's order, so that their colours stay. */
  modalities: readonly string[]
  classes: number
  /** Stands above the drawing. */
  title: string
}

const margin = 16
const header = 44
const footer = 44
const leastWidth = 640

/** The architecture as an SVG file that needs nothing else: light, with title and legend, whatever the page looks like. */
export function svgFromArchitecture(source: PictureSource): { svg: string; width: number; height: number } {
  const { graph, layout, valuation, view, title } = source
  const extent = extentOf(layout)
  const width = Math.ceil(Math.max(extent.width, leastWidth) + 2 * margin)
  const height = Math.ceil(extent.height + header + footer + 2 * margin)
  const draw = new ArchitectureParts(lightPaint, valuation?.limit ?? 0)
  const lines = [...edgeLooks(graph, layout, valuation, view, 'light').values()]
    .filter(({ opacity }) => opacity > 0)
    .map(({ path, colour, width }) =>
      element('path', {
        d: path,
        style: `fill:none;stroke:${colour};stroke-width:${width.toFixed(2)};stroke-linecap:round`,
      }),
    )
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      style: `font-family:${fontFamily}`,
    },
    draw.definitions(),
    element('rect', { width, height, fill: '#ffffff' }),
    draw.text(title, margin, margin + 12, { size: 13, bold: true }),
    element(
      'g',
      { transform: `translate(${margin} ${margin + header - 12})` },
      ...[...layout.frames].map(([cell, box]) => draw.frame(box) + draw.frameName(box, `cell ${cell}`)),
      ...lines,
      ...graph.nodes.map((node) => nodeMarkup(node, layout.nodes.get(node.id)!, draw, source)),
    ),
    legend(draw, source, margin, height - margin - 14),
  )
  return { svg, width, height }
}

function nodeMarkup(
  node: ArchitectureNode,
  box: Box,
  draw: ArchitectureParts,
  source: PictureSource,
): string {
  const { valuation, view, modalities, classes } = source
  const muted = { colour: draw.plain('muted') }
  switch (node.kind) {
    case 'feature': {
      const { id, modality } = node.feature
      const read = view === 'supernet' || !valuation || chosenParts(valuation).has(node.id)
      return faded(draw.feature(box, id, modalities.indexOf(modality)), read ? 1 : 0.5)
    }
    case 'inputs':
      return draw.inputs(box)
    case 'inner':
      return (
        draw.box(box) +
        draw.text(`node ${node.node}`, box.x + 8, box.y + 15, muted) +
        node.operations
          .map(({ id, label }, i) => operation(id, label, operationBox(box, i), draw, source))
          .join('')
      )
    case 'output':
      return draw.labelled(box, ['+ x'])
    case 'folded': {
      const chosen = node.nodes.map((players) => players.find(({ id }) => rowOf(valuation, id)?.chosen))
      return (
        draw.box(box) +
        draw.text(`cell ${node.index}`, box.x + 10, box.y + 17, muted) +
        chosen
          .map((player) => (player ? operationName(player.label) : 'open'))
          .map((name, i) => draw.text(`node ${i}: ${name}`, box.x + 10, box.y + 38 + 20 * i))
          .join('')
      )
    }
    case 'head':
      return draw.labelled(box, ['head', `${classes} classes`])
  }
}

function operation(
  id: string,
  label: string,
  box: Box,
  draw: ArchitectureParts,
  { valuation, view }: PictureSource,
): string {
  const row = rowOf(valuation, id)
  const drawn = draw.operation(box, {
    operation: label,
    name: operationName(label),
    contribution: row?.contribution ?? undefined,
    bold: row?.chosen ?? false,
  })
  return faded(drawn, view === 'derived' && valuation && !row?.chosen ? 0.5 : 1)
}

const faded = (markup: string, opacity: number): string =>
  opacity === 1 ? markup : element('g', { opacity }, markup)

const rowOf = (valuation: Valuation | null, id: string) =>
  valuation?.rows.find(({ player }) => player.id === id)

function legend(draw: ArchitectureParts, { valuation, view }: PictureSource, x: number, y: number): string {
  const muted = { colour: draw.plain('muted') }
  const words = view === 'derived' ? 'bold: chosen; line width: weight' : 'line width: weight; bold: chosen'
  const swatch = { x: x + 295, y, width: 12, height: 12 }
  return (
    (valuation?.shapley ? draw.scale({ x, y }) : '') +
    draw.box(swatch) +
    element('rect', { ...swatch, fill: 'url(#hatch)' }) +
    draw.text('sparse operation', x + 312, y + 10, muted) +
    draw.text(words, x + 415, y + 10, muted)
  )
}
