import { describe, expect, it } from 'vitest'
import { foldEvents, latest } from '#contract/run/state.ts'
import { runEvents } from '../../fixtures/run-events.ts'
import { graphFromSpace } from '../../../src-renderer/architecture/graph.ts'
import { layoutArchitecture } from '../../../src-renderer/architecture/layout.ts'
import { svgFromArchitecture } from '../../../src-renderer/architecture/picture.ts'
import { valuationOf } from '../../../src-renderer/run/contributions/valuation.ts'

const state = foldEvents(runEvents())
const { players, features } = latest(state, 'space')!
const valuation = valuationOf(state, null)!

function picture(view: 'supernet' | 'derived', folded: number[] = [], title = 'demo') {
  const graph = graphFromSpace(players, features, new Set(folded))
  const modalities = ['image', 'text']
  return svgFromArchitecture({
    graph,
    layout: layoutArchitecture(graph),
    valuation,
    view,
    modalities,
    classes: 8,
    title,
  })
}

describe('the picture of the architecture', () => {
  it('needs nothing else: no style sheet, no link, no variable of the page', () => {
    const { svg, width, height } = picture('supernet')
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true)
    expect(svg).not.toMatch(/href|url\((?!#hatch)|var\(|class=|<style|undefined|NaN/)
    expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`)
    expect(svg.match(/<(g|svg|defs|pattern|text)\b/g)!.length).toBe(
      svg.match(/<\/(g|svg|defs|pattern|text)>/g)!.length,
    )
  })

  it('has every operation, every edge and the legend', () => {
    const { svg } = picture('supernet')
    const operations = players.filter(({ kind }) => kind === 'operation')
    expect(svg.match(/sparse attention</g)).toHaveLength(2)
    expect(svg.match(/<path /g)).toHaveLength(players.length - operations.length + 4)
    for (const words of ['harms', 'helps', 'sparse operation', 'line width: weight'])
      expect(svg).toContain(words)
  })

  it('draws of the derived architecture only the chosen edges', () => {
    const chosen = valuation.rows.filter((row) => row.chosen && row.player.kind !== 'operation')
    expect(picture('derived').svg.match(/<path /g)).toHaveLength(chosen.length + 4)
  })

  it('names what a folded cell chose', () => {
    const { svg } = picture('derived', [0])
    expect(svg).toContain('node 0: ')
    expect(svg.match(/sparse attention</g)).toHaveLength(1)
  })

  it('writes foreign text as text', () => {
    expect(picture('supernet', [], '<script>&"').svg).toContain('&lt;script&gt;&amp;&quot;')
  })
})
