import { formatContribution } from '#contract/format.ts'
import {
  contributionColour,
  isSparse,
  modalityColour,
  plainColours,
  textOnContribution,
} from '#contract/palette.ts'
import { formatPoints } from '../format.ts'
import type { Valuation } from '../run/valuation.ts'
import { operationName } from '../words.ts'
import type { ArchitectureGraph, ArchitectureNode } from './graph.ts'
import { extentOf, operationBox, type Box, type Layout } from './layout.ts'
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
const colours = plainColours('light')
const faint = '#d4d4d8'

/** The architecture as an SVG file that needs nothing else: light, with title and legend, whatever the page looks like. */
export function svgFromArchitecture(source: PictureSource): { svg: string; width: number; height: number } {
  const { graph, layout, valuation, view, title } = source
  const extent = extentOf(layout)
  const width = Math.ceil(Math.max(extent.width, 580) + 2 * margin)
  const height = Math.ceil(extent.height + header + footer + 2 * margin)
  const looks = edgeLooks(graph, layout, valuation, view, 'light')
  const body = [
    ...[...layout.frames].map(([cell, box]) => frame(cell, box)),
    ...[...looks.values()]
      .filter(({ opacity }) => opacity > 0)
      .map(
        ({ path, colour, width }) =>
          `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width.toFixed(2)}" stroke-linecap="round"/>`,
      ),
    ...graph.nodes.map((node) => nodeMarkup(node, layout.nodes.get(node.id)!, source)),
  ]
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, 'Helvetica Neue', Arial, sans-serif" font-size="12">`,
    hatchPattern,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(margin, margin + 12, title, { size: 13, weight: 600 }),
    `<g transform="translate(${margin} ${margin + header - 12})">`,
    ...body,
    '</g>',
    legend(valuation, view, margin, height - margin - 14),
    '</svg>',
  ].join('\n')
  return { svg, width, height }
}

const hatchPattern =
  '<defs><pattern id="hatch" width="4.5" height="4.5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.4" height="4.5" fill="#000" fill-opacity="0.35"/></pattern></defs>'

interface TextLook {
  size?: number
  weight?: number
  colour?: string
  anchor?: 'start' | 'middle' | 'end'
  opacity?: number
}

function text(x: number, y: number, words: string, look: TextLook = {}): string {
  const { size = 12, weight = 400, colour = colours.text, anchor = 'start', opacity = 1 } = look
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}" opacity="${opacity}">${escapeXml(words)}</text>`
}

function rect({ x, y, width, height }: Box, fill: string, more = `stroke="${faint}"`): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="4" fill="${fill}" ${more}/>`
}

const frame = (cell: number, box: Box) =>
  rect(box, '#fafafa') + text(box.x + 12, box.y + 17, `cell ${cell}`, { colour: colours.muted })

function nodeMarkup(node: ArchitectureNode, box: Box, source: PictureSource): string {
  const { valuation, view, modalities, classes } = source
  const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 + 4 }
  const middle = { anchor: 'middle', colour: colours.muted } as const
  switch (node.kind) {
    case 'feature': {
      const opacity = view === 'derived' && valuation && !chosenParts(valuation).has(node.id) ? 0.35 : 1
      const dot = modalityColour(modalities.indexOf(node.feature.modality), 'light')
      return (
        `<g opacity="${opacity}">${rect(box, '#ffffff')}` +
        `<circle cx="${round(box.x + 12)}" cy="${round(centre.y - 4)}" r="4" fill="${dot}"/>` +
        `${text(box.x + 22, centre.y, node.feature.id)}</g>`
      )
    }
    case 'inputs': {
      const [upper, lower] = [box.y + box.height / 4 + 4, box.y + (3 * box.height) / 4 + 4]
      return rect(box, '#ffffff') + text(centre.x, upper, 'x', middle) + text(centre.x, lower, 'y', middle)
    }
    case 'inner':
      return (
        rect(box, '#ffffff') +
        text(box.x + 8, box.y + 15, `node ${node.node}`, { size: 11, colour: colours.muted }) +
        node.operations.map(({ id, label }, i) => operation(id, label, operationBox(box, i), source)).join('')
      )
    case 'output':
      return rect(box, '#ffffff') + text(centre.x, centre.y, '+ x', middle)
    case 'folded': {
      const chosen = node.nodes.map((players) => players.find(({ id }) => rowOf(valuation, id)?.chosen))
      const lines = chosen.map((player, i) =>
        text(box.x + 10, box.y + 38 + 20 * i, `node ${i}: ${player ? operationName(player.label) : 'open'}`),
      )
      return (
        rect(box, '#fafafa') +
        text(box.x + 10, box.y + 17, `cell ${node.index}`, { colour: colours.muted }) +
        lines.join('')
      )
    }
    case 'head':
      return (
        rect(box, '#ffffff') +
        text(centre.x, centre.y - 7, 'head', { anchor: 'middle' }) +
        text(centre.x, centre.y + 9, `${classes} classes`, { ...middle, size: 11 })
      )
  }
}

function operation(id: string, label: string, box: Box, { valuation, view }: PictureSource): string {
  const row = rowOf(valuation, id)
  const phi = row?.contribution?.phi
  const opacity = view === 'derived' && valuation && !row?.chosen ? 0.25 : 1
  const fill = phi === undefined ? '#ffffff' : contributionColour(phi, valuation!.limit, 'light')
  const colour = phi === undefined ? colours.text : textOnContribution(phi, valuation!.limit, 'light')
  const weight = row?.chosen ? 600 : 400
  const hatch = isSparse(label)
    ? `<rect x="${round(box.x)}" y="${round(box.y)}" width="10" height="${box.height}" fill="url(#hatch)"/>`
    : ''
  const told = row?.contribution
    ? `<title>${escapeXml(`φ ${formatContribution(row.contribution)} points`)}</title>`
    : ''
  return (
    `<g opacity="${opacity}">${told}<rect x="${round(box.x)}" y="${round(box.y)}" width="${box.width}" height="${box.height}" fill="${fill}" stroke="${faint}" stroke-width="0.5"/>${hatch}` +
    text(box.x + 16, box.y + 15, operationName(label), { colour, weight }) +
    (phi === undefined
      ? ''
      : text(box.x + box.width - 8, box.y + 15, formatPoints(phi), { colour, weight, anchor: 'end' })) +
    '</g>'
  )
}

const rowOf = (valuation: Valuation | null, id: string) =>
  valuation?.rows.find(({ player }) => player.id === id)

function legend(valuation: Valuation | null, view: ArchitectureView, x: number, y: number): string {
  const small = { size: 11, colour: colours.muted } as const
  const swatch = (fill: string) =>
    `<rect x="${x + 280}" y="${y}" width="12" height="12" fill="${fill}" stroke="${colours.axis}"/>`
  const lines = view === 'derived' ? 'bold: chosen; line width: weight' : 'line width: weight; bold: chosen'
  const always = [
    swatch('#ffffff'),
    swatch('url(#hatch)'),
    text(x + 297, y + 10, 'sparse operation', small),
    text(x + 400, y + 10, lines, small),
  ].join('')
  if (!valuation?.shapley) return always
  const { limit } = valuation
  const steps = Array.from({ length: 21 }, (_, i) => (i - 10) / 10)
  return [
    text(x, y + 10, `φ harms ${formatPoints(-limit)}`, small),
    ...steps.map(
      (step, i) =>
        `<rect x="${x + 88 + 5 * i}" y="${y + 1}" width="5" height="10" fill="${contributionColour(step * limit, limit, 'light')}"/>`,
    ),
    text(x + 198, y + 10, `${formatPoints(limit)} helps`, small),
    always,
  ].join('')
}

const round = (value: number) => Math.round(10 * value) / 10

const escapeXml = (words: string) =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
