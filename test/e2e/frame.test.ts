import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserMissing, launchBrowser, openPage, type PageOptions } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'
import { machineAnswers } from './made-up-machine.ts'
import { films } from './made-up-searches.ts'
import { fillWithRuns } from './made-up-workbench.ts'

describe.skipIf(browserMissing)('around every page', () => {
  let browser: Browser
  let made: MadeUpHost

  beforeAll(async () => {
    made = await startMadeUpHost()
    fillWithRuns(made.workbench, Date.now())
    Object.assign(made.workbench.handlers, machineAnswers())
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  async function visit(check: (page: Page) => Promise<void>, options: PageOptions = {}) {
    const { page, errors, foreign } = await openPage(browser, options)
    await page.goto(made.entrance)
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await check(page)
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  }

  it('a page asked for while the window still greets the host is the one that opens', async () => {
    const { page, errors } = await openPage(browser)
    const session = Promise.withResolvers<void>()
    await page.route('**/api/session', async (route) => {
      await session.promise
      await route.continue()
    })
    const greeting = page.waitForRequest('**/api/session')
    await page.goto(made.entrance)
    await greeting
    await page.goto(made.at('/devices'))
    session.resolve()
    await page.getByText('Abacus 9').waitFor()
    expect(page.url()).toBe(made.at('/devices'))
    expect(errors).toEqual([])
    await page.context().close()
  })

  it('the palette opens pages and runs by a few letters of their names', async () => {
    await visit(async (page) => {
      await page.keyboard.press('Control+k')
      const field = page.getByPlaceholder('Go to a page')
      await field.fill('compare')
      await page.getByRole('option', { name: /Go to Compare/ }).waitFor()
      await page.keyboard.press('Enter')
      await page.waitForURL(/#\/compare/)
      expect(await field.count()).toBe(0)
      await page.keyboard.press('Control+k')
      await field.fill('learning rate')
      await page.getByRole('option', { name: /learning rate 0.3/ }).click()
      await page.waitForURL(/#\/runs\/20260313-high-rate/)
    })
  })

  it('the palette offers what the page itself can do, and switches between light and dark', async () => {
    await visit(async (page) => {
      await page.goto(made.at('/devices'))
      await page.getByText('Abacus 9').waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('option', { name: /Look for devices again/ }).waitFor()
      await page.getByPlaceholder('Go to a page').fill('light or dark')
      await page.keyboard.press('Enter')
      await page.locator('html.dark').waitFor()
      await page.goto(made.at('/runs'))
      await page.keyboard.press('Control+k')
      await page.getByRole('option', { name: /Go to Devices/ }).waitFor()
      expect(await page.getByRole('option', { name: /Look for devices again/ }).count()).toBe(0)
    })
  })

  it('the keys of every page stand on one sheet, and do what it says', async () => {
    await visit(async (page) => {
      await page.keyboard.press('?')
      const sheet = page.getByRole('dialog', { name: 'Keyboard' })
      await sheet.getByText('Go to New search').waitFor()
      await page.keyboard.press('Escape')
      await sheet.waitFor({ state: 'detached' })
      await page.keyboard.press('g')
      await page.keyboard.press('v')
      await expect.poll(() => page.url()).toMatch(/#\/devices/)
    })
  })

  it('the sidebar lists what is worked on, and counts what waits', async () => {
    const waiting = ['20260312-2', '20260312-7']
    for (const id of waiting) made.workbench.change(id, { state: 'queued' })
    await visit(async (page) => {
      const sidebar = page.getByRole('navigation', { name: 'Workbench' })
      await sidebar.getByRole('link', { name: /demo, second seed/ }).waitFor()
      expect(await sidebar.getByRole('link', { name: /comparison/ }).count()).toBe(0)
      await sidebar.getByRole('link', { name: '2 wait' }).click()
      await page.waitForURL(/state=queued/)
      await expect.poll(() => page.locator('[data-row]').count()).toBe(2)
    })
    for (const id of waiting) made.workbench.change(id, { state: 'cancelled' })
  })

  it('a dataset whose file is missing says so where a search would take it', async () => {
    const known = made.workbench.handlers['datasets.list']
    made.workbench.handlers['datasets.list'] = async () => [{ ...films, source: 'missing' }]
    await visit(async (page) => {
      await page.goto(made.at('/new'))
      const card = page.locator('label', { hasText: films.name })
      await card.getByText('a run on it would fail').waitFor()
      expect(await page.locator('[data-missing]').count()).toBe(1)
    })
    made.workbench.handlers['datasets.list'] = known
  })

  it('no page is wider than a narrow window', async () => {
    const routes = {
      '/devices': '[data-device]',
      '/settings': '#settings-data',
      '/datasets': '[data-dataset]',
      '/new?step=strategy': '[data-setting]',
      '/runs/20260314-live': '[role=timer]',
      '/runs/20260314-demo': '[data-scores]',
      '/runs/20260314-demo?tab=contributions': 'tr[data-player]',
      '/runs/20260314-demo?tab=contributions&as=sure': '[data-change] table',
      '/runs/20260314-demo?tab=results': '[data-other-scores]',
    }
    await visit(
      async (page) => {
        for (const [route, ready] of Object.entries(routes)) {
          await page.goto(made.at(route))
          await page.locator(ready).first().waitFor()
          const wide = await page.evaluate(() =>
            [document.documentElement, ...document.querySelectorAll('main > *, main > * > [role=region]')]
              .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
              .map(({ tagName, scrollWidth, clientWidth }) => `${tagName}: ${scrollWidth} in ${clientWidth}`),
          )
          expect({ route, wide }).toEqual({ route, wide: [] })
        }
      },
      { width: 700 },
    )
  })

  it('the devices say what works, how fast, and why the others do not', async () => {
    await visit(async (page) => {
      await page.goto(made.at('/devices'))
      await page.locator('[data-device=cuda]', { hasText: 'libcudart.so.12 is missing' }).waitFor()
      await page.locator('[data-device=webgpu]', { hasText: 'works, auto' }).waitFor()
      expect(await page.locator('[data-device=webgpu]').textContent()).toContain('2.0')
      await page.getByRole('meter', { name: 'Load of card 0' }).waitFor()
    })
  })

  it.each(['light', 'dark'] as const)(
    'nothing here is a serious barrier in the %s scheme',
    async (scheme) => {
      await visit(
        async (page) => {
          await page.goto(made.at('/devices'))
          await page.getByText('Abacus 9').waitFor()
          expect(await findBarriers(page)).toEqual([])
          await page.keyboard.press('Control+k')
          await page.getByPlaceholder('Go to a page').waitFor()
          expect(await findBarriers(page)).toEqual([])
          await page.keyboard.press('Escape')
          await page.keyboard.press('?')
          await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
          expect(await findBarriers(page)).toEqual([])
        },
        { scheme },
      )
    },
  )
})
