import { formatContribution, formatSigned } from '../format.ts'
import {
  contributionColour,
  isSparse,
  modalityColour,
  plainColours,
  textOnContribution,
  type Scheme,
} from './palette.ts'
import type { Contribution } from '../shapley.ts'
import type { Box, Point } from './box.ts'
import { element, label } from './markup.ts'
import type { Paint } from './paint.ts'

export const fontFamily = "Inter, system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"

export interface OperationLook {
  /** `sparse_glu`; sparse ones are hatched. */
  operation: string
  /** What a reader calls it. */
  name: string
  contribution: Contribution | undefined
  bold: boolean
}

/** Boxes lower than this have room for one line. */
const twoLines = 40

/**
 * What pictures of an architecture are made of, as SVG markup: every part but its lines, whose course is each picture's
 * own. φ is painted in the colours of the workbench; `limit` is the |φ| of full colour.
 */
export class ArchitectureParts {
  readonly #paint: Paint
  readonly #limit: number

  constructor(paint: Paint, limit: number) {
    this.#paint = paint
    this.#limit = limit
  }

  /** What the other parts refer to; once in a picture. */
  definitions(): string {
    const stripe = element('rect', { width: 1.4, height: 4.5, style: 'fill:#000;fill-opacity:0.35' })
    const size = { width: 4.5, height: 4.5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }
    return element('defs', {}, element('pattern', { id: 'hatch', ...size }, stripe))
  }

  /** The outline of a cell, to lie under the lines. */
  frame(box: Box): string {
    return element('rect', {
      ...box,
      rx: 8,
      style: `fill:none;stroke:${this.plain('axis')};stroke-opacity:0.6`,
    })
  }

  frameName({ x, y }: Point, name: string): string {
    return this.text(name, x + 12, y + 18, { colour: this.plain('muted') })
  }

  /** `modality` is its place in the dataset's order. */
  feature(box: Box, id: string, modality: number): string {
    const colour = this.#paint((scheme) => modalityColour(Math.max(0, modality), scheme))
    const dot = element('circle', { cx: box.x + 12, cy: box.y + 13, r: 4, style: `fill:${colour}` })
    return element('g', {}, this.box(box), dot, this.text(id, box.x + 22, box.y + 17))
  }

  /** An operation in the colour of its φ, which stands under its name, or beside it in a low box. */
  operation(box: Box, { operation, name, contribution, bold }: OperationLook): string {
    const painted = (colour: (phi: number, limit: number, scheme: Scheme) => string) =>
      contribution && this.#paint((scheme) => colour(contribution.phi, this.#limit, scheme))
    const colour = painted(textOnContribution)
    const low = box.height < twoLines
    const baseline = box.y + (low ? 15 : 19)
    const hatching = { x: box.x, y: box.y, width: 10, height: box.height, fill: 'url(#hatch)' }
    const points = contribution && formatContribution(contribution)
    return element(
      'g',
      {},
      this.box(box, painted(contributionColour)),
      isSparse(operation) ? element('rect', hatching) : '',
      this.text(name, box.x + 18, baseline, { colour, bold }),
      contribution && low
        ? this.text(formatSigned(100 * contribution.phi, 1), box.x + box.width - 8, baseline, {
            colour,
            bold,
            anchor: 'end',
          })
        : '',
      points && !low ? this.text(points, box.x + 18, box.y + 36, { colour }) : '',
      points && low ? element('title', {}, `φ ${points} points`) : '',
    )
  }

  /** Both inputs of a cell, x above y. */
  inputs(box: Box): string {
    const middle = box.y + box.height / 2
    const divider = { x1: box.x, x2: box.x + box.width, y1: middle, y2: middle }
    return element(
      'g',
      {},
      this.box(box),
      element('line', { ...divider, style: `stroke:${this.plain('axis')}` }),
      this.text('x', box.x + 9, box.y + 17),
      this.text('y', box.x + 9, middle + 17),
    )
  }

  /** A box with lines of text in its middle. */
  labelled(box: Box, lines: readonly string[]): string {
    const first = box.y + box.height / 2 + 4 - 7 * (lines.length - 1)
    const texts = lines.map((line, i) =>
      this.text(line, box.x + box.width / 2, first + 15 * i, {
        anchor: 'middle',
        colour: this.plain(i === 0 ? 'text' : 'muted'),
      }),
    )
    return element('g', {}, this.box(box), ...texts)
  }

  /** From harm to help, 310 units wide. */
  scale({ x, y }: Point): string {
    const limit = this.#limit
    const steps = Array.from({ length: 9 }, (_, i) => (limit * (i - 4)) / 4)
    const swatches = steps.map((phi, i) => {
      const fill = this.#paint((scheme) => contributionColour(phi, limit, scheme))
      return element('rect', { x: x + 78 + 14 * i, y, width: 14, height: 10, style: `fill:${fill}` })
    })
    const muted = { colour: this.plain('muted') }
    return element(
      'g',
      {},
      this.text(`harms ${formatSigned(-100 * limit, 1)}`, x, y + 9, muted),
      ...swatches,
      this.text(`${formatSigned(100 * limit, 1)} helps`, x + 210, y + 9, muted),
    )
  }

  box(box: Box, fill = this.plain('surface')): string {
    return element('rect', { ...box, rx: 4, style: `fill:${fill};stroke:${this.plain('axis')}` })
  }

  text(
    text: string,
    x: number,
    y: number,
    look: { colour?: string; bold?: boolean; anchor?: 'middle' | 'end'; size?: number } = {},
  ): string {
    const { colour = this.plain('text'), bold = false, anchor, size = 11 } = look
    const style = `fill:${colour};font-size:${size}px${bold ? ';font-weight:600' : ''}`
    return label(text, { x, y, 'text-anchor': anchor, style })
  }

  plain(name: keyof ReturnType<typeof plainColours>): string {
    return this.#paint((scheme) => plainColours(scheme)[name])
  }
}
