import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleQuery } from '#contract/calls/datasets.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'
import { machineAnswers } from './made-up-machine.ts'
import { addStudy, films } from './made-up-searches.ts'
import { fillWithRuns } from './made-up-workbench.ts'

if (browserMissing) console.warn(`No page is looked at: ${browserMissing}`)

/** What shows that a page has all it wants to show; opens what is to be looked at, where that is no address. */
type Ready = (page: Page) => Promise<unknown>

const seen =
  (selector: string): Ready =>
  (page) =>
    page.locator(selector).first().waitFor()
const said =
  (text: string): Ready =>
  (page) =>
    page.getByText(text).first().waitFor()
const labelled =
  (label: string): Ready =>
  (page) =>
    page.getByLabel(label).first().waitFor()
const drawn = seen('[data-chart=training-loss] [role=img] svg')

/** Every address with something of its own to show, and every dialog; a page of the sidebar must be among them. */
const views: Record<string, Ready> = {
  '/runs': seen('[data-row]'),
  '/runs?select=20260314-demo': said('1 chosen'),
  '/runs?inspect=20260314-demo': seen('aside dl'),
  '/runs?view=trash': said('The trash is empty'),
  '/runs/20260314-demo?select=cell0/node0/op/sparse_glu': drawn,
  '/runs/20260314-live?view=supernet': drawn,
  '/runs/20260313-high-rate': drawn,
  '/runs/20260314-demo?tab=contributions': seen('tr[data-player]'),
  '/runs/20260314-demo?tab=contributions&as=epochs': seen('[data-chart] [role=img] svg'),
  '/runs/20260314-demo?tab=curves': drawn,
  '/runs/20260314-demo?tab=results': seen('[data-sample]'),
  '/runs/20260314-demo?tab=log': said('Kept the architecture'),
  '/runs/20260314-demo?tab=configuration': said('samplesSparse'),
  '/runs/20260314-demo?tab=files': said('model.onnx'),
  '/runs/20260314-demo?export=open': said('Exports of this run'),
  '/runs/nothing-here': seen('[role=alert]'),
  '/new': labelled('Split salt'),
  '/new?step=backbones': labelled('Channels by stage'),
  '/new?step=space': labelled('λ₁'),
  '/new?step=strategy': labelled('Estimator'),
  '/new?step=review&from=20260314-demo': seen('[data-work]'),
  '/studies': seen('[data-study]'),
  '/studies/made-up': seen('[data-effect]'),
  '/compare': said('No runs chosen'),
  '/compare?runs=20260314-demo,20260312-0,20260312-1,20260314-live,nothing-here': async (page) => {
    await page.locator('[data-chart=derived-score] [role=img] svg').waitFor()
    await page.getByRole('alert').waitFor()
  },
  '/explore': seen('[data-explore-table] [data-place]'),
  '/datasets': seen('[data-dataset]'),
  '/datasets/films': seen('[data-class-balance]'),
  '/datasets/films?tab=samples': seen('[data-sample]'),
  '/datasets/import': async (page) => {
    await page.getByRole('button', { name: 'Choose a table …' }).click()
    await page.getByRole('option').first().waitFor()
  },
  '/backbones': seen('[data-backbone]'),
  '/backbones/0123456789abcdef': seen('[data-tap]'),
  '/devices': said('Abacus 9'),
  '/settings': said('Runs at a time'),
  '/settings#palette': async (page) => {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Go to a page').waitFor()
  },
  '/settings#keys': async (page) => {
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  },
}

describe.skipIf(browserMissing)('every page', () => {
  let browser: Browser
  let made: MadeUpHost

  beforeAll(async () => {
    made = await startMadeUpHost()
    fillWithRuns(made.workbench, Date.now())
    addStudy(made.workbench, Date.now())
    // beside a working run nothing would be measured
    for (const id of ['20260314-live', 'study-run-25']) made.workbench.runs.get(id)!.summary.state = 'paused'
    Object.assign(made.workbench.handlers, machineAnswers(), {
      'datasets.get': async () => ({ ...films, report: null, samples: true }),
      'datasets.samples': async (_: string, query: SampleQuery) => samplesOf(query),
      'exports.list': async () => ({ exports: [], running: null, desktop: false }),
      'files.roots': async () => [folder],
      'files.browse': async () => ({
        grant: folder.grant,
        place: '/home/ada',
        crumbs: [folder],
        entries: [{ ...folder, name: 'films', grant: 'b'.repeat(22) }],
        leftOut: 0,
      }),
      'files.pick': async () => null,
    })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  it.each(Object.entries(views))(
    '%s has no serious barrier, no error and no sideways scrolling, light and dark, narrow and wide',
    async (route, ready) => {
      const { page, errors, foreign } = await openPage(browser, { width: 1280 })
      await page.goto(made.entrance)
      await page.locator('[data-row]').first().waitFor()
      await page.goto(made.at(route.replace(/#.*/, '')))
      await ready(page)
      for (const width of [1280, 1920]) {
        await page.setViewportSize({ width, height: 900 })
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await page.locator(`html.${colorScheme}`).waitFor({ state: 'attached' })
          const found = { barriers: await findBarriers(page), sideways: await scrollsSideways(page) }
          expect({ width, colorScheme, ...found }).toEqual({
            width,
            colorScheme,
            barriers: [],
            sideways: false,
          })
        }
      }
      expect(errors).toEqual([])
      expect(foreign).toEqual([])
      await page.context().close()
    },
  )

  it('of the sidebar is looked at here', async () => {
    const { page } = await openPage(browser)
    await page.goto(made.entrance)
    const entries = page.getByRole('navigation', { name: 'Workbench' }).locator('a[title*="(g "]')
    await entries.first().waitFor()
    const addresses = await entries.evaluateAll((links) =>
      links.map((link) => link.getAttribute('href')!.replace('#', '')),
    )
    expect(addresses.length).toBeGreaterThan(5)
    expect(addresses.filter((address) => !(address in views))).toEqual([])
    await page.context().close()
  })

  it('waits for at most 400 KB (gzip) at first', async () => {
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
})

const folder = { name: 'Home', grant: 'a'.repeat(22), kind: 'folder' as const, bytes: null, modifiedAt: 0 }

const picture =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"%3E%3Cpath d="M0 0h1v2H0z"/%3E%3C/svg%3E'

/** As many samples as were asked for, each with a picture and a text. */
function samplesOf({ indices = [0, 1, 2] }: SampleQuery) {
  const samples = indices.map((index) => ({
    index,
    id: `film-${index}`,
    labels: [index % 4],
    texts: { plot: `A film with the number ${index}.` },
    images: { poster: picture },
    vectors: {},
  }))
  const classes = films.summary!.classes.map(({ name }) => name)
  return { total: samples.length, inSplit: 463, stored: 463, classes, samples }
}

/** Whether something of the window itself, no table inside it, lies beyond its right edge. */
function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const main = document.querySelector('main')!
    return scrollWidth > clientWidth || main.scrollWidth > main.clientWidth
  })
}
