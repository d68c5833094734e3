import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatContribution } from '#contract/format.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { browserMissing, launchBrowser, openPage, type PageOptions } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'
import { fillWithRuns } from './made-up-workbench.ts'

if (browserMissing) console.warn(`The pages are not tested: ${browserMissing}`)

describe.skipIf(browserMissing)('the pages', () => {
  let browser: Browser
  let made: MadeUpHost
  const now = Date.now()

  beforeAll(async () => {
    made = await startMadeUpHost()
    fillWithRuns(made.workbench, now)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  /** Shows a route with a fresh session; the reader must not meet errors or foreign requests on the way. */
  async function visit(
    route: string,
    check: (page: Page) => Promise<void>,
    { prepare, ...options }: PageOptions & { prepare?: (page: Page) => Promise<void> } = {},
  ) {
    const { page, errors, foreign } = await openPage(browser, options)
    await prepare?.(page)
    await page.goto(made.entrance)
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    if (route !== '/runs') await page.goto(made.at(route))
    await check(page)
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  }

  const drawn = (page: Page) => page.locator('[data-chart=training-loss] [role=img] svg').first().waitFor()

  it('take the token out of the address and refuse a browser without session', async () => {
    const { page } = await openPage(browser)
    await page.goto(made.entrance)
    await page.locator('[data-row]').first().waitFor()
    expect(page.url()).not.toContain('token')
    await page.context().clearCookies()
    await page.reload()
    await page.getByText('Open the address that').first().waitFor()
    await page.context().close()
  })

  it('keep filter, state, sorting, tab and selection in the address', async () => {
    await visit('/runs', async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('darts')
      await page.getByRole('button', { name: 'Test score' }).click()
      await expect.poll(() => page.url()).toContain('q=darts')
      const rows = () => page.locator('[data-row]').allInnerTexts()
      const shown = await rows()
      expect(shown.length).toBeGreaterThan(1)
      await page.reload()
      await page.locator('[data-row]').first().waitFor()
      expect(await rows()).toEqual(shown)
    })
    await visit('/runs/20260314-demo', async (page) => {
      await page.locator('tr[data-player="cell0/node0/op/sparse_glu"] button').click()
      await page.getByRole('complementary', { name: 'Details' }).waitFor()
      await page.reload()
      await page.getByRole('complementary', { name: 'Details' }).getByText('CSC convolutional').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'detached' })
      await page.getByRole('link', { name: 'Log' }).click()
      await page.goBack()
      await drawn(page)
    })
  })

  it('are walked by keyboard: rows with j and k, the graph with arrows', async () => {
    await visit('/runs', async (page) => {
      await page.locator('[data-row]').first().waitFor()
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.url()).toContain('/runs/20260314-demo')
      await page.locator('[data-part]').first().waitFor()
      await page.locator('[data-part="cell0/in"]').focus()
      await page.keyboard.press('ArrowRight')
      const details = page.getByRole('complementary', { name: 'Details' })
      await details.getByRole('heading', { name: 'Sparse GLU' }).waitFor()
      await page.keyboard.press('ArrowRight')
      await details.getByRole('heading', { name: 'Output of cell 0' }).waitFor()
    })
  })

  it('choose runs with x and put them side by side with c, all in the address', async () => {
    await visit('/runs', async (page) => {
      await page.locator('[data-row]').first().waitFor()
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('x')
      await page.getByText('1 chosen').waitFor()
      await page.keyboard.press('c')
      expect(page.url()).toContain('/runs?select=20260314-demo')
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('x')
      await page.reload()
      await page.getByText('2 chosen').waitFor()
      await page.keyboard.press('c')
      const rows = page.locator('[data-compare-scores] tr[data-run]')
      await expect.poll(() => rows.count()).toBe(2)
      await rows.nth(1).getByRole('radio').check()
      await expect.poll(() => page.url()).toContain('reference=20260312-0')
      await page.getByText('derived − B').waitFor()
      await rows.nth(0).getByRole('button').click()
      await page.getByText('One run alone').waitFor()
    })
  })

  it('keep every part of the graph in its place between supernet and derived architecture', async () => {
    await visit('/runs/20260314-demo?view=supernet', async (page) => {
      const places = () =>
        page
          .locator('.vue-flow__node')
          .evaluateAll((nodes) => nodes.map((node) => (node as HTMLElement).style.transform))
      await page.locator('[data-part]').first().waitFor()
      const before = await places()
      await page.getByRole('button', { name: 'derived', exact: true }).click()
      await expect.poll(() => page.url()).toContain('view=derived')
      expect(await places()).toEqual(before)
      expect(before.length).toBeGreaterThan(10)
    })
  })

  it('show contributions and scores as the log has them', async () => {
    const state = foldEvents(made.workbench.runs.get('20260314-demo')!.events)
    const kept = latest(state, 'searched')!.epoch
    const { contributions } = state.byType['search-epoch'][kept].shapley!
    await visit('/runs/20260314-demo?tab=contributions', async (page) => {
      await page.locator('tr[data-player]').first().waitFor()
      expect(await page.locator('tr[data-player]').count()).toBe(contributions.length)
      for (const contribution of contributions) {
        const row = page.locator(`tr[data-player="${contribution.id}"]`)
        expect(await row.innerText()).toContain(formatContribution(contribution))
      }
    })
  })

  it('follow a run that goes on, over a dropped line too', async () => {
    const events = runEvents({ seed: 3, startedAt: now })
    const [third, end] = [Math.floor(events.length / 2), events.length - 5]
    made.workbench.add('followed', events.slice(0, 8), { name: 'followed' })
    const line = { up: true, cut: () => {} }
    const prepare = (page: Page) =>
      page.routeWebSocket('**/api/push', (socket) => {
        if (!line.up) return void socket.close()
        socket.connectToServer()
        line.cut = () => void socket.close()
      })
    await visit(
      '/runs/followed',
      async (page) => {
        await page.getByText('running').first().waitFor()
        for (let i = 8; i < third; i += 6)
          made.workbench.emit('followed', events.slice(i, Math.min(i + 6, third)))
        await page.locator('tr[data-player]').first().waitFor()
        line.up = false
        line.cut()
        await page.getByText('connects again by itself').waitFor()
        made.workbench.emit('followed', events.slice(third, end))
        line.up = true
        await page.getByText('connects again by itself').waitFor({ state: 'detached' })
        made.workbench.emit('followed', events.slice(end))
        await page.getByText('took 3 min').waitFor()
        expect(await page.locator('tr[data-model]').count()).toBe(4)
      },
      { prepare },
    )
  })

  it('teach the first step where there is no run', async () => {
    const empty = await startMadeUpHost()
    const { page, errors } = await openPage(browser)
    await page.goto(empty.entrance)
    await page.getByText('npm run demo').waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(errors).toEqual([])
    await page.context().close()
    await empty.host.close()
  })
})
