import { describe, expect, it } from 'vitest'
import type { EventBody, RunEvent } from '#contract/run/events.ts'
import { formatContribution, formatSigned } from '#contract/format.ts'
import { foldEvents, latest, scoreTable } from '#contract/run/state.ts'
import { pairedDifference } from '#contract/statistics.ts'
import { reportPage } from '#worker/export/report/report.ts'
import { multiLabelEvents } from '../../fixtures/multi-label-events.ts'
import { fixtureConfig, runEvents } from '../../fixtures/run-events.ts'

const events = runEvents()
const page = reportPage({ id: '20260314-demo', config: fixtureConfig, state: foldEvents(events) })

describe('the report', () => {
  it('is one page without scripts, requests, or anything that could make one', () => {
    const markup = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
    expect(markup).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=|@import|url\(\s*['"]?(?!#)/i)
    const addresses = markup.match(/https?:\/\/[^"' <]+/g) ?? []
    expect([...new Set(addresses)]).toEqual(['http://www.w3.org/2000/svg'])
    expect(page).toContain("default-src 'none'")
  })

  it('holds every contribution of the kept epoch, every score, and every setting', () => {
    const state = foldEvents(events)
    const { epoch } = latest(state, 'searched')!
    for (const contribution of state.byType['search-epoch'][epoch].shapley!.contributions)
      expect(page).toContain(formatContribution(contribution))
    for (const model of ['image', 'text', 'concatenation', 'derived'])
      expect(page).toContain(`>${model}</th>`)
    expect(page).toContain('valuation.samplesSparse')
    expect(page).toContain('prefers-color-scheme:dark')
    const predictions = latest(state, 'predictions')!
    const right = predictions.labels.filter(
      (label, i) => label === 0 && predictions.predicted[i] === 0,
    ).length
    expect(page).toContain(`>${right}</td>`)
  })

  it('tells of a task with several labels a sample by weighted F1, class by class, without a confusion', () => {
    const state = foldEvents(multiLabelEvents())
    const shown = reportPage({ id: 'many', config: fixtureConfig, state })
    const { perClass } = latest(state, 'predictions')!
    expect(shown).toContain('test score: weighted F1')
    expect(shown).not.toContain('Which classes are confused?')
    for (const { f1, averagePrecision } of perClass!)
      expect(shown).toContain(`>${f1.toFixed(3)}</td><td class="figure">${averagePrecision!.toFixed(3)}</td>`)
    const { temperature, after } = latest(state, 'calibration')!
    expect(shown).toContain(`logits divided by ${temperature.toFixed(3)}`)
    expect(shown).toContain(`>${after.expectedCalibrationError.toFixed(3)}</td>`)
    expect(shown).toContain('validation weighted F1 a choice adds')
    expect(shown).not.toContain('accuracy')
  })

  it('says how sure it is that the fusion helps', () => {
    const { mean, band } = pairedDifference(
      ...(['derived', 'image'].map(
        (model) => scoreTable(foldEvents(events)).find((row) => row.model === model)!.scores,
      ) as [number[], number[]]),
    )!
    const points = (value: number) => formatSigned(100 * value, 1)
    expect(band!.low).toBeGreaterThan(0)
    expect(page).toContain(
      `against image alone ${points(mean)} points, 95 % band ${points(band!.low)} to ${points(band!.high)} over 3 seeds: it helps`,
    )
  })

  it('shows text of the dataset and the configuration as text', () => {
    const evil = `<script>alert("1")</script>&'`
    const spoilt = events.map((event): RunEvent => {
      if (event.type === 'dataset') {
        const summary = structuredClone(event.summary)
        summary.name = evil
        summary.warnings = [evil]
        for (const one of summary.classes) one.name = evil
        summary.modalities[0].description = evil
        return { ...event, summary }
      }
      return event.type === 'predictions' ? { ...event, classes: event.classes.map(() => evil) } : event
    })
    const config = { ...fixtureConfig, name: evil, dataset: { kind: 'emoji8' as const, salt: evil } }
    const shown = reportPage({ id: 'evil', config, state: foldEvents(spoilt) })
    expect(shown).not.toContain('<script')
    expect(shown).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;')
  })

  it.each([
    ['before its data', 0],
    ['after its data', 4],
    ['in the middle of its search', Math.floor(events.length / 3)],
  ])('is made of a run %s as well', (_, count) => {
    const state = foldEvents(events.slice(0, count))
    const shown = reportPage({ id: 'early', config: fixtureConfig, state })
    expect(shown).toContain('has not been trained yet')
    expect(shown).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('says of a search without valuation nothing about contributions', () => {
    const plain = events.map(
      (event) =>
        (event.type === 'search-epoch' ? { ...event, shapley: null } : event) as RunEvent & EventBody,
    )
    const shown = reportPage({ id: 'darts', config: fixtureConfig, state: foldEvents(plain) })
    expect(shown).not.toContain('What does each choice contribute?')
    expect(shown).toContain('What does the fusion look like?')
    expect(shown).not.toMatch(/NaN|undefined/)
  })
})
