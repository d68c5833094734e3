import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { VerbProgress } from '#contract/messages.ts'
import { foldEvents } from '#contract/run/state.ts'
import { Problem, type ProblemReport } from '#contract/problem.ts'
import { ownRequest, ownResult, type Revaluation } from '#contract/shapley/valuation.ts'
import type { WhatIfRecord, WhatIfRequest } from '#contract/what-if/record.ts'
import { fixtureConfig, runEvents } from '../fixtures/run-events.ts'
import { allSwaps, whatIfRecord } from '../fixtures/what-if-record.ts'
import { browserMissing, launchBrowser, openPage, type PageOptions } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'

if (browserMissing) console.warn(`What if is not tested: ${browserMissing}`)

const events = runEvents()
const state = foldEvents(events)
const swaps = allSwaps(state)

/** φ as a second look finds it: twice as large. */
const revaluation: Revaluation = {
  version: 1,
  id: 'kernel-1',
  run: 'run',
  createdAt: 1_790_000_500_000,
  engine: '0.1.0',
  device: 'cpu',
  request: { ...ownRequest(fixtureConfig), estimator: 'kernel' },
  epoch: 7,
  samples: 643,
  seconds: 12,
  result: {
    ...ownResult(state)!,
    estimator: 'kernel',
    orders: [],
    contributions: ownResult(state)!.contributions.map((one) => ({ ...one, phi: 2 * one.phi })),
  },
}

/** Pictures for those who look, where SHOTS names a folder. */
const shots = process.env['SHOTS']
async function shoot(page: Page, name: string) {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `${name}.png`) })
}

describe.skipIf(browserMissing)('what if', () => {
  let browser: Browser
  let made: MadeUpHost
  let records: WhatIfRecord[]
  let damaged: ProblemReport[] = []
  let running: VerbProgress | null = null
  const requests: WhatIfRequest[] = []
  /** Lets the trial that goes on end. */
  let finish: (() => void) | null = null
  let cancelled: (() => void) | null = null

  beforeAll(async () => {
    made = await startMadeUpHost()
    const { workbench } = made
    workbench.add('run', events, { name: 'demo' })
    const searching = events.filter(({ type }) => type !== 'searched' && type !== 'done')
    workbench.add('searching', searching, { name: 'searching' })
    const unvalued = events.map((event) =>
      event.type === 'search-epoch' ? { ...event, shapley: null } : event,
    )
    workbench.add('unvalued', unvalued, { name: 'darts' })
    const { handlers } = workbench
    handlers['whatIf.list'] = async (id) => ({
      records: id === 'run' ? records : [],
      damaged: id === 'run' ? damaged : [],
      running,
    })
    handlers['whatIf.start'] = (id, request) =>
      new Promise((resolve, reject) => {
        requests.push(request)
        running = { done: 0.4, doing: 'swap 1 of 1: cell 0, about 4 s left' }
        workbench.tell({ topic: 'what-if.changed', id, running })
        const { choice } = request
        const chosen = choice.kind === 'these' ? choice.swaps : swaps.slice(0, 20)
        cancelled = () => {
          running = null
          workbench.tell({ topic: 'what-if.changed', id, running })
          reject(new Problem('what-if-cancelled', id, 'it was told to stop'))
        }
        finish = () => {
          const made = whatIfRecord(state, chosen, { id: `made-${requests.length}`, choice })
          records = [made, ...records]
          running = null
          workbench.tell({ topic: 'what-if.changed', id, running })
          resolve(made)
        }
      })
    handlers['valuations.list'] = async (id) => ({
      revaluations: id === 'run' ? [revaluation] : [],
      damaged: [],
      running: null,
    })
    handlers['whatIf.cancel'] = async () => (cancelled?.(), null)
    handlers['whatIf.remove'] = async (id, record) => {
      records = records.filter((one) => one.id !== record)
      workbench.tell({ topic: 'what-if.changed', id, running: null })
      return null
    }
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  async function open(route: string, kept: WhatIfRecord[], options: PageOptions = {}) {
    records = kept
    requests.length = 0
    const watched = await openPage(browser, options)
    await watched.page.goto(made.entrance)
    await watched.page.locator('[data-row]').first().waitFor()
    await watched.page.goto(made.at(route))
    return watched
  }
  const tried = () => [whatIfRecord(state, swaps.slice(0, 20))]

  it('is asked at an operation in the architecture, predicted, tried and told', async () => {
    const { page, errors } = await open('/runs/run?select=cell0/node0/op/sum', [])
    await page.getByRole('link', { name: 'What if another one had been chosen?' }).click()
    await page.waitForURL(/tab=what-if.*decision=cell0\/node0\/op|decision=cell0\/node0\/op.*tab=what-if/)
    await page.getByText('Nothing was tried yet').waitFor()
    await page.getByText('How long a swap takes is known after the first one').waitFor()
    const alternatives = page.locator('[data-swaps] tbody tr')
    const own = swaps.filter(({ decision }) => decision === 'cell0/node0/op')
    expect(await alternatives.count()).toBe(own.length)
    expect(await alternatives.first().innerText()).toMatch(/→ .*\d\.\d \[/s)

    await alternatives
      .first()
      .getByRole('button', { name: /^Try it: / })
      .click()
    await page.getByText('swap 1 of 1: cell 0, about 4 s left').waitFor()
    expect(await alternatives.nth(1).getByRole('button').isDisabled()).toBe(true)
    expect(requests[0]).toMatchObject({
      choice: { kind: 'these', swaps: [{ decision: 'cell0/node0/op' }] },
      tuning: { epochs: 3, repetitions: 3 },
    })
    finish!()
    await page.locator('[data-tried] tbody tr').waitFor()
    await page.getByText('One swap takes about 8 s with the original').waitFor()
    expect(await alternatives.first().innerText()).toContain('Again')
    expect(errors).toEqual([])
  })

  it('shows predicted against measured, with figures, a sentence and a table that sorts', async () => {
    const { page, errors, foreign } = await open('/runs/run?tab=what-if', tried(), { width: 1280 })
    await page.locator('[data-point]').first().waitFor()
    expect(await page.locator('[data-point]').count()).toBe(20)
    expect(await page.locator('[data-identity]').count()).toBe(1)
    const figures = page.locator('[data-calibration-figures]')
    expect(await figures.innerText()).toMatch(/rank correlation\n[+−]\d\.\d\d \[.*same sign\n\d+ of \d+/s)
    const before = await figures.innerText()
    await page.getByRole('button', { name: 'before training' }).click()
    await page.waitForURL(/measured=inherited/)
    expect(await figures.innerText()).not.toBe(before)

    const slope = async () => /slope\n([+−]\d\.\d\d)/.exec(await figures.innerText())![1].replace('−', '-')
    const own = Number(await slope())
    await page.getByRole('combobox', { name: 'Which φ predicts' }).click()
    await page.getByRole('option', { name: /^kernel/ }).click()
    await page.waitForURL(/phi=kernel-1/)
    expect(Number(await slope())).toBeCloseTo(own / 2, 1)

    const firstColumn = () => page.locator('[data-tried] tbody th').allInnerTexts()
    await page.getByRole('button', { name: 'swap', exact: true }).click()
    await page.waitForURL(/sort=swap/)
    const names = await firstColumn()
    expect(names).toEqual(names.toSorted())
    await page.locator('[data-tried] tbody tr').nth(2).hover()
    expect(await page.locator('[data-point][class*=primary]').count()).toBe(1)
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the swaps as CSV' }).click()
    expect((await download).suggestedFilename()).toBe('run-what-if.csv')
    expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
  })

  it('draws swaps that were not tried, is cancelled without a complaint, and removes what is kept', async () => {
    const { page } = await open('/runs/run?tab=what-if&tuning=5x1', tried())
    await page.getByRole('button', { name: /^Try (\d+ more random swaps|the other \d+)$/ }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: /^Try / }).first().waitFor()
    expect(requests[0]).toMatchObject({ tuning: { epochs: 5, repetitions: 1 } })
    const { choice } = requests[0]
    expect(choice.kind === 'random' && choice.except).toHaveLength(20)
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.getByRole('button', { name: /^Remove the trial/ }).click()
    await page.getByText('Nothing was tried yet').waitFor()
  })

  it('says what went wrong, and what is missing', async () => {
    const { page } = await open('/runs/run?tab=what-if', [])
    made.workbench.handlers['whatIf.start'] = async () => {
      throw new Problem('dataset-changed', 'data', 'other rows')
    }
    await page.getByRole('button', { name: /random swaps/ }).click()
    await page.getByRole('alert').getByText('The dataset is not the one').waitFor()
    await page.goto(made.at('/runs/searching?tab=what-if'))
    await page.getByText('When the search has chosen an architecture').waitFor()
    await page.goto(made.at('/runs/unvalued?tab=what-if'))
    await page.locator('[data-swaps]').waitFor()
    expect(await page.locator('[data-swaps] tbody tr').first().innerText()).toContain('–')
  })

  it('names a record that cannot be read, beside the others', async () => {
    damaged = [new Problem('record-damaged', '/data/what-if/broken.json', 'Unexpected end').report()]
    try {
      const { page } = await open('/runs/run?tab=what-if', tried())
      await page.locator('[data-point]').first().waitFor()
      expect(await page.getByRole('alert').innerText()).toContain(
        'A record that the run keeps cannot be read',
      )
      await shoot(page, 'what-if-damaged')
    } finally {
      damaged = []
    }
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 640],
  ] as const)('has no barriers in %s at %i pixels', async (scheme, width) => {
    const { page } = await open('/runs/run?tab=what-if', tried(), { scheme, width })
    await page.locator('[data-point]').first().waitFor()
    await shoot(page, `what-if-${scheme}-${width}`)
    expect(await findBarriers(page)).toEqual([])
  })
})
