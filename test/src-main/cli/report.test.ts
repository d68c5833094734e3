import { describe, expect, it } from 'vitest'
import { runConfig } from '#contract/config.ts'
import type { EventOf, RunEvent } from '#contract/run/events.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import { describeArchitecture } from '#main/cli/report.ts'
import { runEvents } from '../../fixtures/run-events.ts'

const config = runConfig.parse({
  dataset: { kind: 'emoji8' },
  search: { epochs: 4 },
  valuation: { alphaWarmup: 4 },
})
const events = runEvents()
const kept = latest(foldEvents(events), 'searched')!.epoch

const linesOf = (change: (event: RunEvent) => RunEvent): string =>
  describeArchitecture(foldEvents(events.map(change)), config).join('\n')

function withUnseen(event: EventOf<'search-epoch'>, player: string, unseen: number): RunEvent {
  const { contributions } = event.shapley!
  const changed = contributions.map((found) => (found.id === player ? { ...found, unseen } : found))
  return { ...event, shapley: { ...event.shapley!, contributions: changed } }
}

describe('the architecture of a run in plain text', () => {
  it('warns where α never moved, and only there', () => {
    const rested = linesOf((event) =>
      event.type === 'search-epoch' ? { ...event, alphaDistance: 0 } : event,
    )
    expect(rested).toContain('warning: α rests for 4 epochs (valuation.alphaWarmup) and the search has 4')
    expect(linesOf((event) => event)).not.toContain('warning')
  })

  it('marks the bands that may be too narrow, and says why', () => {
    const seen = linesOf((event) => event)
    expect(seen).not.toContain('?')
    const [marked] = latest(foldEvents(events), 'search-epoch')!.shapley!.contributions
    const told = linesOf((event) =>
      event.type === 'search-epoch' ? withUnseen(event, marked.id, 0.0421) : event,
    )
    const lines = told.split('\n')
    expect(lines.filter((line) => / \? +\d+$/.test(line))).toHaveLength(1)
    expect(lines.find((line) => line.includes(`${marked.id} `))).toMatch(/\[.*\] \? +\d+$/)
    expect(lines.at(-1)).toMatch(/^ {2}\? few contributions seen: the band may be too narrow.*4\.2 points\.$/)
  })

  it('has the φ of the newest epoch that was valued, and says which', () => {
    expect(linesOf((event) => event)).toContain('What each choice contributes in that epoch')
    const last = linesOf((event) =>
      event.type === 'search-epoch' && event.epoch === kept ? { ...event, shapley: null } : event,
    )
    expect(last).toContain(`contributes in search epoch ${kept}, the last before it with φ`)
    expect(
      linesOf((event) => (event.type === 'search-epoch' ? { ...event, shapley: null } : event)),
    ).not.toContain('contributes')
  })
})
