import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { multiLabelEvents } from '../fixtures/multi-label-events.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { browserMissing, launchBrowser, openPage, type PageOptions } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'

if (browserMissing) console.warn(`Comparisons are not tested: ${browserMissing}`)

describe.skipIf(browserMissing)('a comparison in the window', () => {
  let browser: Browser
  let made: MadeUpHost
  const many = Array.from({ length: 20 }, (_, i) => `many-${i}`)

  beforeAll(async () => {
    made = await startMadeUpHost()
    for (const [i, id] of many.entries()) {
      const strategy = i % 2 === 0 ? 'sm-shapnas' : 'darts'
      const events = runEvents({ seed: 40 + i, epochs: 30 })
      made.workbench.add(id, events, { name: `${strategy} sweep`, strategy, seed: Math.floor(i / 2) })
    }
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  /** Shows runs side by side; the reader must not meet errors or foreign requests on the way. */
  async function visit(
    ids: readonly string[],
    check: (page: Page) => Promise<void>,
    options: PageOptions = {},
  ) {
    const { page, errors, foreign } = await openPage(browser, options)
    await page.goto(made.entrance)
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await page.goto(made.at(`/compare?runs=${ids.join(',')}`))
    await check(page)
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  }

  it.each(['light', 'dark'] as const)('of twenty runs has no serious barrier (%s)', async (scheme) => {
    await visit(
      many,
      async (page) => {
        await page.locator('[data-chart=supernet-loss] [role=img] svg').waitFor()
        expect(await page.locator('tr[data-run]').count()).toBe(20)
        expect(await findBarriers(page)).toEqual([])
      },
      { scheme },
    )
  })

  it('answers in one sentence which setup is better, by pairs of seeds', async () => {
    await visit(many.slice(0, 6), async (page) => {
      const verdict = page.locator('[data-verdict]')
      await verdict.getByText(/sm-shapnas sweep \(A, C, E\)/).waitFor()
      expect(await verdict.innerText()).toMatch(/better in \d of 3 seeds, [+−0]/)
      expect(await verdict.innerText()).toContain('3 pairs of seeds')
    })
  })

  it('shows no column outside its place at 1440 pixels', async () => {
    await visit(many.slice(0, 4), async (page) => {
      const table = page.locator('[data-compare-scores]')
      await table.waitFor()
      const heads = await table
        .locator('thead th')
        .evaluateAll((cells) => cells.map((cell) => cell.scrollWidth - cell.clientWidth))
      expect(heads.every((overflow) => overflow <= 0)).toBe(true)
      const [inner, outer] = await table.evaluate((own) => [own.scrollWidth, own.parentElement!.clientWidth])
      expect(inner).toBeLessThanOrEqual(outer)
    })
  })

  it('hides equal settings until they are asked for, in the address', async () => {
    await visit(many.slice(0, 2), async (page) => {
      const rows = page.locator('[data-compare-settings] tbody tr')
      await rows.first().waitFor()
      const differing = await rows.count()
      await page.getByRole('button', { name: 'Show all' }).click()
      await expect.poll(() => rows.count()).toBeGreaterThan(differing + 20)
      expect(page.url()).toContain('settings=all')
    })
  })

  it('draws what the seeds agree on, of all runs or of one setup', async () => {
    await visit(many.slice(0, 6), async (page) => {
      await page.locator('[data-consensus] [data-link]').first().waitFor()
      const counts = () => page.locator('[data-consensus] title').allTextContents()
      expect((await counts())[0]).toMatch(/of 6 runs/)
      await page.getByLabel('Runs of the consensus').selectOption({ index: 1 })
      await expect.poll(async () => (await counts())[0]).toMatch(/of 3 runs/)
      expect(page.url()).toContain('consensus=many-0')
      await page.locator('[data-phi=operations]').waitFor()
    })
  })

  it('takes in runs that are found by words, and lets them go again', async () => {
    await visit(many.slice(0, 2), async (page) => {
      await page.locator('tr[data-run]').nth(1).waitFor()
      await page.getByRole('button', { name: 'Add runs' }).click()
      await page.getByLabel('Find runs to compare').fill('darts many-15')
      const found = page.locator('[data-run-picker] li button')
      await expect.poll(() => found.count()).toBe(1)
      await found.click()
      await expect.poll(() => page.locator('tr[data-run]').count()).toBe(3)
      expect(page.url()).toContain('many-15')
      await found.click()
      await expect.poll(() => page.locator('tr[data-run]').count()).toBe(2)
    })
  })

  it('draws, judges and subtracts each kind of score by itself', async () => {
    const failed = runEvents({ seed: 8 }).slice(0, 2)
    made.workbench.add('labels-0', multiLabelEvents(), { name: 'several labels', seed: 1 })
    made.workbench.add('labels-1', multiLabelEvents(), {
      name: 'several labels too',
      strategy: 'darts',
      seed: 1,
    })
    made.workbench.add('fell', failed, { name: 'fell', state: 'failed' })
    await visit(['many-0', 'labels-0', 'many-1', 'labels-1', 'fell'], async (page) => {
      const scored = page.locator('[data-curves="weighted F1"] [data-chart=derived-score]')
      await scored.locator('[role=img] svg').waitFor()
      expect(await scored.innerText()).toMatch(/validation weighted F1[^]*B several labels/)
      expect(await scored.innerText()).not.toContain('sweep')
      expect(await page.locator('[data-curves]').count()).toBe(2)
      expect(await page.locator('[data-without-curve]').innerText()).toContain('E')
      expect(await page.locator('[data-score-group]').allInnerTexts()).toEqual([
        'Accuracy: runs A, C',
        'Weighted F1: runs B, D',
        'No data read: run E',
      ])
      const differenceOf = (id: string) => page.locator(`tr[data-run=${id}] td`).nth(3).innerText()
      expect(await differenceOf('many-1')).toMatch(/[+−]0\.\d{3} \[/)
      expect(await differenceOf('labels-0')).toBe('–')
      expect(await page.locator('[data-verdict]').innerText()).toMatch(
        /do not compare[^]*Accuracy: runs A, C[^]*Weighted F1: runs B, D/,
      )
      expect(await findBarriers(page)).toEqual([])
      const differences = page.getByRole('columnheader', { name: 'derived − A' })
      expect(await differences.count()).toBe(1)
      await page.goto(made.at('/compare?runs=many-0,labels-0'))
      await expect.poll(() => page.locator('tr[data-run]').count()).toBe(2)
      expect(await differences.count()).toBe(0)
    })
  })

  it('follows a run that goes on', async () => {
    const events = runEvents({ seed: 5 })
    const beforeScores = events.findIndex(({ type }) => type === 'searched')
    made.workbench.add('going-on', events.slice(0, beforeScores), { name: 'going on', seed: 3 })
    await visit(['many-1', 'going-on'], async (page) => {
      await page.getByText('So far only').waitFor()
      made.workbench.emit('going-on', events.slice(beforeScores))
      await page.getByText('So far only').waitFor({ state: 'detached' })
      const row = page.locator('tr[data-run=going-on]')
      expect(await row.innerText()).toMatch(/0\.\d{3} ± 0\.\d{3} \(n = 3\)/)
    })
  })
})
