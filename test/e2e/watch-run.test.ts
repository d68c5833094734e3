import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunConfigInput } from '#contract/config.ts'
import { formatScore } from '#contract/format.ts'
import { foldEvents, scoreTable } from '#contract/run/state.ts'
import type { Host } from '#main/host.ts'
import type { Workbench } from '#main/workbench.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { expectPageAsLog } from './expect-page-as-log.ts'
import { startRealHost, type RealHost } from './real-host.ts'

if (browserMissing) console.warn(`No run is watched: ${browserMissing}`)

/** A real search, small enough for a minute. */
const config: RunConfigInput = {
  name: 'watched',
  dataset: { kind: 'emoji8', samplesPerClass: 40 },
  backbones: {
    image: { kind: 'cnn', channels: [8, 12, 16, 16], epochs: 3 },
    text: { kind: 'maxout', units: [24, 16], epochs: 3 },
  },
  space: { cells: 2, channels: 8, length: 4 },
  search: { epochs: 3 },
  valuation: { samplesNormal: 3, samplesSparse: 4, budgetWarmup: 1, batchSize: 64 },
  training: { epochs: 3, repetitions: 2 },
}

describe.skipIf(browserMissing)('a run in the window', () => {
  let real: RealHost
  let workbench: Workbench
  let host: Host
  let browser: Browser

  beforeAll(async () => {
    real = await startRealHost()
    ;({ workbench, host } = real)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await real?.close()
  })

  it('is started, watched to its end, and shown as its log has it', async () => {
    const { page, errors, foreign } = await openPage(browser)
    await page.goto(host.url)
    await page.getByText('No runs yet').waitFor()
    const id = await startInBrowser(page)
    await page.getByRole('link', { name: 'watched' }).first().click()
    await page.getByText('running').first().waitFor()
    const phases = await watchPhases(page)
    await page.locator('tr[data-model=derived]').waitFor({ timeout: 600_000 })
    await page.getByText(', took').waitFor({ timeout: 600_000 })

    expect(phases.length).toBeGreaterThan(2)
    const state = foldEvents((await workbench.handlers['runs.get'](id)).events)
    await expectPageAsLog(page, state)
    await page.reload()
    await page.locator('tr[data-model=derived]').waitFor()
    await expectPageAsLog(page, state)
    await page.getByRole('link', { name: 'Runs', exact: true }).first().click()
    const { mean, deviation, scores } = scoreTable(state).find(({ model }) => model === 'derived')!
    await page.getByText(formatScore(mean, deviation, scores.length)).waitFor()
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
  })

  /** Starts the run from within the page, as its own code would. */
  async function startInBrowser(page: Page): Promise<string> {
    const answer = await page.evaluate(async (config) => {
      const response = await fetch('/api/call', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'runs.start', args: [config] }),
      })
      return (await response.json()) as { result?: string; problem?: object }
    }, config)
    expect(answer).toEqual({ result: expect.any(String) })
    return answer.result!
  }
})

/** The phases that the page shows as current one after the other, until the search is over. */
async function watchPhases(page: Page): Promise<string[]> {
  const seen: string[] = []
  while (!seen.includes('Training')) {
    const current = page.locator('[aria-current=step]')
    const name = await current.innerText({ timeout: 300_000 })
    if (name !== seen.at(-1)) seen.push(name)
    await page.waitForTimeout(150)
  }
  return seen
}
