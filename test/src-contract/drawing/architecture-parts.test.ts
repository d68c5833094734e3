import { describe, expect, it } from 'vitest'
import { ArchitectureParts } from '#contract/drawing/architecture-parts.ts'
import { lightPaint } from '#contract/drawing/paint.ts'
import { contributionColour, modalityColour } from '#contract/drawing/palette.ts'

const draw = new ArchitectureParts(lightPaint, 0.1)
const box = { x: 10, y: 20, width: 160, height: 46 }
const contribution = { id: 'a', phi: 0.031, standardError: 0.01, low: 0.012, high: 0.05, samples: 20 }
const look = { operation: 'sparse_glu', name: 'sparse GLU', contribution, bold: true }

describe('an operation in a picture', () => {
  it('has the colour of its contribution, and tells it with its band', () => {
    const drawn = draw.operation(box, look)
    expect(drawn).toContain(`fill:${contributionColour(0.031, 0.1, 'light')}`)
    expect(drawn).toContain('>+3.1 [+1.2, +5.0]</text>')
  })

  it('tells it beside its name, and the band on asking, where there is room for one line', () => {
    const drawn = draw.operation({ ...box, height: 22 }, look)
    expect(drawn).toContain('>+3.1</text>')
    expect(drawn).toContain('<title>φ +3.1 [+1.2, +5.0] points</title>')
  })

  it('is white and says nothing where it was not valued', () => {
    const drawn = draw.operation(box, { ...look, contribution: undefined })
    expect(drawn).toContain('fill:#ffffff')
    expect(drawn.match(/<text/g)).toHaveLength(1)
  })

  it('is hatched where it is sparse, and only there', () => {
    expect(draw.definitions()).toContain('id="hatch"')
    expect(draw.operation(box, look)).toContain('url(#hatch)')
    expect(draw.operation(box, { ...look, operation: 'glu' })).not.toContain('url(#hatch)')
  })
})

describe('the other parts of a picture', () => {
  it('write foreign text as text', () => {
    const drawn = draw.feature(box, '<b>&"', 0) + draw.labelled(box, ['<i>']) + draw.frameName(box, '<u>')
    expect(drawn).toContain('&lt;b&gt;&amp;&quot;')
    expect(drawn).not.toMatch(/<[biu]>/)
  })

  it('know a modality by its colour', () => {
    expect(draw.feature(box, 'text.0', 1)).toContain(`fill:${modalityColour(1, 'light')}`)
  })

  it('explain the colours from full harm to full help', () => {
    const drawn = draw.scale({ x: 0, y: 0 })
    expect(drawn).toContain('harms −10.0')
    expect(drawn).toContain('+10.0 helps')
    for (const phi of [-0.1, 0, 0.1]) expect(drawn).toContain(`fill:${contributionColour(phi, 0.1, 'light')}`)
  })
})
