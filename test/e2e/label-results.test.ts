import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleQuery } from '#contract/calls/datasets.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import { multiLabelEvents } from '../fixtures/multi-label-events.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { browserMissing, launchBrowser, openPage, type PageOptions } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'

if (browserMissing) console.warn(`Results of several labels are not tested: ${browserMissing}`)

const events = multiLabelEvents()
const state = foldEvents(events)
const { classes, labelSets, predictedSets } = latest(state, 'predictions')!
const pairs = labelSets!.map((truth, i) => ({ truth, predicted: predictedSets![i] }))
const missing = (label: number) =>
  pairs.filter(({ truth, predicted }) => truth.includes(label) && !predicted.includes(label)).length

/** A run of one class a sample, with the other run's calibration. */
const oneClass = runEvents()
  .flatMap((event): RunEvent[] => {
    if (event.type !== 'predictions') return [event]
    return [event, { ...latest(state, 'calibration')!, at: event.at }]
  })
  .map((event, seq) => ({ ...event, seq }))

describe.skipIf(browserMissing)('the results of a run with several labels a sample', () => {
  let browser: Browser
  let made: MadeUpHost

  beforeAll(async () => {
    made = await startMadeUpHost()
    made.workbench.add('labels', events, { name: 'icons' })
    made.workbench.add('class', oneClass, { name: 'demo' })
    made.workbench.handlers['datasets.samples'] = async (_hash, query) => samplesOf(query)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  function samplesOf({ indices = [] }: SampleQuery) {
    const samples = indices.map((index) => ({
      index,
      id: `icon-${index}`,
      labels: labelSets![index],
      texts: { text: `icon ${index}` },
      images: {},
      vectors: {},
    }))
    return { total: samples.length, inSplit: pairs.length, stored: pairs.length, classes, samples }
  }

  async function visit(run: string, look: (page: Page) => Promise<void>, options?: PageOptions) {
    const { page, errors, foreign } = await openPage(browser, options)
    await page.goto(made.entrance)
    await page.locator('[data-row]').first().waitFor()
    await page.goto(made.at(`/runs/${run}?tab=results`))
    await page.locator('[data-sample]').first().waitFor()
    await look(page)
    expect([...errors, ...foreign]).toEqual([])
    await page.context().close()
  }
  const status = (page: Page) => page.getByRole('status').filter({ hasText: 'test samples' })

  it.each(['light', 'dark'] as const)('have no serious barrier in the %s scheme', async (scheme) => {
    await visit('labels', async (page) => expect(await findBarriers(page)).toEqual([]), { scheme })
  })

  it('are told label by label, without a confusion of classes', async () => {
    await visit('labels', async (page) => {
      expect(await page.locator('[data-confusion]').count()).toBe(0)
      const found = pairs.reduce(
        (sum, { truth, predicted }) => sum + truth.filter((label) => predicted.includes(label)).length,
        0,
      )
      const all = pairs.reduce((sum, { truth }) => sum + truth.length, 0)
      expect((await page.locator('[data-label-totals]').innerText()).replaceAll('\u2009', '')).toContain(
        `finds ${found} of ${all}`,
      )
      expect(await page.locator('tr[data-class]').count()).toBe(classes.length)
      await page.getByRole('columnheader', { name: 'avg. precision' }).waitFor()
      expect(await page.locator('[data-other-scores]').innerText()).toContain('mean average precision')
    })
  })

  it('show the samples that miss a label, and say which', async () => {
    await visit('labels', async (page) => {
      await page.getByRole('combobox', { name: 'How the answer is' }).click()
      await page.getByRole('option', { name: 'missed some' }).click()
      await page.locator(`[data-class="${classes[2]}"]`).getByRole('button').click()
      await expect.poll(() => status(page).innerText()).toBe(`${missing(2)} of ${pairs.length} test samples`)
      expect(page.url()).toContain('samples=missed,2')
      const first = page.locator('[data-sample]').first()
      expect(await first.getByText('missed:').locator('..').innerText()).toContain(classes[2])
      await page.reload()
      await expect.poll(() => status(page).innerText()).toBe(`${missing(2)} of ${pairs.length} test samples`)
      await page.getByRole('button', { name: 'Show all', exact: true }).click()
      await expect
        .poll(() => status(page).innerText())
        .toBe(`${pairs.length} of ${pairs.length} test samples`)
    })
  })

  it.each([
    ['labels', 'how often it is there'],
    ['class', 'how often it is right'],
  ])('say whether probabilities can be trusted (%s)', async (run, frequency) => {
    await visit(run, async (page) => {
      const view = page.locator('[data-calibration]')
      const { temperature, before } = latest(state, 'calibration')!
      const gap = (100 * before.expectedCalibrationError).toFixed(1)
      await view.getByText(`${gap} points on average`).waitFor()
      await view.getByRole('img', { name: frequency }).waitFor()
      await view.getByText('The figures of the diagram, bin by bin').click()
      expect(
        await view.getByRole('columnheader', { name: `at temperature ${temperature.toFixed(2)}` }).count(),
      ).toBe(2)
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        view.getByRole('button', { name: 'Save the calibration as CSV' }).click(),
      ])
      expect(download.suggestedFilename()).toBe(`${run}-calibration.csv`)
    })
  })
})
