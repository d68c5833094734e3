import { gzipSync } from 'node:zlib'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatContribution } from '#contract/format.ts'
import { foldEvents, latest } from '#contract/run-state.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { browserMissing, launchBrowser, openPage, type PageOptions } from './browser.ts'
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

  const routes = [
    ['/runs', (page: Page) => page.locator('[data-row]').first().waitFor()],
    ['/runs/20260314-demo?select=cell0/node0/op/sparse_glu', drawn],
    ['/runs/20260314-live?view=supernet', drawn],
    ['/runs/20260313-high-rate', drawn],
    [
      '/runs/20260314-demo?tab=contributions',
      (page: Page) => page.locator('tr[data-player]').first().waitFor(),
    ],
    ['/runs/20260314-demo?tab=curves', drawn],
    ['/runs/20260314-demo?tab=log', (page: Page) => page.getByText('Kept the architecture').waitFor()],
    ['/runs/20260314-demo?tab=configuration', (page: Page) => page.getByText('samplesSparse').waitFor()],
    ['/runs/20260314-demo?tab=files', (page: Page) => page.getByText('model.onnx').waitFor()],
    ['/runs?select=20260314-demo', (page: Page) => page.getByText('1 chosen').waitFor()],
    [
      '/compare?runs=20260314-demo,20260312-0,20260312-1,20260314-live,nothing-here',
      async (page: Page) => {
        await page.locator('[data-chart=derived-score] [role=img] svg').waitFor()
        await page.getByRole('alert').waitFor()
      },
    ],
    ['/compare', (page: Page) => page.getByText('No runs chosen').waitFor()],
    ['/new', (page: Page) => page.getByLabel('Split salt').waitFor()],
    ['/new?step=backbones', (page: Page) => page.getByLabel('Channels by stage').waitFor()],
    ['/new?step=space', (page: Page) => page.getByLabel('λ₁').waitFor()],
    ['/new?step=strategy', (page: Page) => page.getByLabel('Estimator').waitFor()],
    ['/new?step=review&from=20260314-demo', (page: Page) => page.locator('[data-work]').waitFor()],
    ['/runs/nothing-here', (page: Page) => page.getByRole('alert').waitFor()],
  ] as const

  describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
    it.each(routes)('%s has no serious barrier and no error', async (route, ready) => {
      await visit(
        route,
        async (page) => {
          await ready(page)
          expect(await barriers(page)).toEqual([])
        },
        { scheme },
      )
    })
  })

  it('load at most 400 KB (gzip) at first', async () => {
    const { page } = await openPage(browser)
    const sizes: Promise<number>[] = []
    page.on('response', (response) => {
      if (/\.(js|css|html)$|\/$/.test(new URL(response.url()).pathname)) {
        sizes.push(response.body().then((body) => gzipSync(body).length))
      }
    })
    await page.goto(made.entrance)
    await page.locator('[data-row]').first().waitFor()
    await page.waitForLoadState('networkidle')
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    expect(total).toBeGreaterThan(50_000)
    expect(total).toBeLessThan(400 * 1024)
    await page.context().close()
  })

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
    expect(await barriers(page)).toEqual([])
    expect(errors).toEqual([])
    await page.context().close()
    await empty.host.close()
  })
})

/** Serious and critical findings of axe, by rule and place. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    )
}
