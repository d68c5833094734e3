import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleQuery } from '#contract/calls/datasets.ts'
import type { RunEvent } from '#contract/run/events.ts'
import { foldEvents, latest } from '#contract/run/state.ts'
import { formatContribution, formatSigned } from '#contract/format.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { findBarriers } from './find-barriers.ts'
import { browserMissing, launchBrowser, openPage, type PageOptions } from './browser.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'

if (browserMissing) console.warn(`The run page is not tested: ${browserMissing}`)

const events = runEvents()
const state = foldEvents(events)

/** The same run after all its cells took text alone and its nodes sum. */
const collapsed = events.map((event): RunEvent => {
  if (event.type !== 'search-epoch') return event
  const cells = event.genotype.cells.map(({ nodes }) => ({
    inputs: ['text.0', 'text.1'] as [string, string],
    nodes: nodes.map((node) => ({ ...node, operation: 'sum' as const })),
  }))
  return { ...event, genotype: { ...event.genotype, cells } }
})

/** Cells enough to be folded, and so many that they are listed. */
const [large, huge] = [15, 34].map((cells) => runEvents({ cells, epochs: 2 }))

describe.skipIf(browserMissing)('the page of a run', () => {
  let browser: Browser
  let made: MadeUpHost
  let samplesGone = false

  beforeAll(async () => {
    made = await startMadeUpHost()
    const { workbench } = made
    workbench.add('run', events, { name: 'demo' })
    workbench.add('collapsed', collapsed, { name: 'collapsed' })
    workbench.add('large', large, { name: 'large' })
    workbench.add('huge', huge, { name: 'huge' })
    workbench.add('begun', events.slice(0, 4), { name: 'begun' })
    const unvalued = events.map((event) =>
      event.type === 'search-epoch' ? { ...event, shapley: null } : event,
    )
    workbench.add('unvalued', unvalued, { name: 'darts' })
    workbench.handlers['datasets.samples'] = async (_hash, query) => samplesOf(query)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  async function samplesOf({ indices = [] }: SampleQuery) {
    const samples = indices.map((index) => ({
      index,
      id: `sample-${index}`,
      labels: [0],
      texts: { text: `a text of sample ${index}` },
      images: { image: dot },
      vectors: {},
    }))
    const kept = samplesGone ? [] : samples
    return { total: kept.length, inSplit: 643, stored: kept.length, classes: [], samples: kept }
  }

  async function visit(route: string, check: (page: Page) => Promise<void>, options: PageOptions = {}) {
    const { page, errors, foreign } = await openPage(browser, options)
    await page.goto(made.entrance)
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await page.goto(made.at(`/runs/${route}`))
    await check(page)
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  }

  const row = (page: Page, player: string) => page.locator(`tr[data-player="${player}"]`)
  const details = (page: Page) => page.getByRole('complementary', { name: 'Details' })

  const views = [
    ['run', (page: Page) => page.locator('[data-part]').first().waitFor()],
    [
      'run?tab=contributions&select=cell0/node0/op/sum',
      (page: Page) => row(page, 'cell1/node0/op/sum').waitFor(),
    ],
    [
      'run?tab=contributions&as=epochs',
      (page: Page) => page.locator('[data-chart] [role=img] svg').nth(5).waitFor(),
    ],
    ['unvalued?tab=contributions', (page: Page) => row(page, 'cell1/node0/op/sum').waitFor()],
    ['run?tab=results', (page: Page) => page.locator('[data-sample] img').first().waitFor()],
    ['run?tab=log&about=search', (page: Page) => page.getByText('Kept the architecture').waitFor()],
    [
      'run?tab=configuration&settings=changed',
      (page: Page) => page.locator('[data-changed]').first().waitFor(),
    ],
    ['run?tab=files', (page: Page) => page.getByText('events.ndjson').waitFor()],
    ['run?graph=list', (page: Page) => page.locator('[data-architecture-list]').waitFor()],
    ['large', (page: Page) => page.getByRole('button', { name: 'Unfold cell 3', exact: true }).waitFor()],
    ['huge', (page: Page) => page.getByText('too many for a drawing').waitFor()],
    ['collapsed', (page: Page) => page.locator('[data-collapse]').waitFor()],
    ['begun?tab=results', (page: Page) => page.getByText('come at the end of the run').waitFor()],
  ] as const

  describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
    it.each(views)('%s has no serious barrier and no error', async (route, ready) => {
      await visit(
        route,
        async (page) => {
          await ready(page)
          expect(await findBarriers(page)).toEqual([])
        },
        { scheme },
      )
    })
  })

  it('shows the overview without scrolling at 1440 by 900', async () => {
    await visit('run', async (page) => {
      await page.locator('[data-chart=training-loss] [role=img] svg').waitFor()
      const region = page.getByRole('region', { name: 'Overview' })
      const { scroll, client } = await region.evaluate((box) => ({
        scroll: box.scrollHeight,
        client: box.clientHeight,
      }))
      expect(scroll).toBeLessThanOrEqual(client)
    })
  })

  it('answers which operation to drop, and how sure that is', async () => {
    await visit('run?tab=contributions', async (page) => {
      const verdict = page.locator('[data-verdict="cell0/node0/op"]')
      await verdict.waitFor()
      const { contributions } = state.byType['search-epoch'][latest(state, 'searched')!.epoch].shapley!
      const [least] = contributions
        .filter(({ id }) => id.startsWith('cell0/node0/op/'))
        .toSorted((a, b) => a.phi - b.phi)
      const sure = least.high! < 0 ? 'sure at 95 %' : 'not sure'
      expect(await verdict.innerText()).toContain(`${formatContribution(least)}: ${sure}`)
      await verdict.getByRole('button').click()
      await expect.poll(() => page.url()).toContain(`select=${least.id}`)
      await details(page)
        .getByText(formatSigned(100 * least.phi, 1))
        .first()
        .waitFor()
    })
  })

  it('walks the ledger with j and k, sorts and filters it, all in the address', async () => {
    await visit('run?tab=contributions&show=operation,0', async (page) => {
      const rows = page.locator('tr[data-player]')
      await rows.first().waitFor()
      expect(await rows.count()).toBe(8)
      await page.getByRole('button', { name: /^φ in points/ }).click()
      const players = () =>
        rows.evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset['player']!))
      const kept = latest(state, 'searched')!.epoch
      const phi = new Map(
        state.byType['search-epoch'][kept].shapley!.contributions.map((found) => [found.id, found.phi]),
      )
      await expect.poll(() => page.url()).toContain('sort=-phi')
      const sorted = await players()
      expect(sorted).toEqual(sorted.toSorted((a, b) => phi.get(b)! - phi.get(a)!))
      await page.keyboard.press('j')
      await expect.poll(() => page.url()).toContain(`select=${sorted[0]}`)
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      await page.keyboard.press('k')
      await expect.poll(() => page.url()).toContain(`select=${sorted[1]}`)
      await page.reload()
      await rows.first().waitFor()
      expect(await players()).toEqual(sorted)
    })
  })

  it('selects a player by a click on its curve', async () => {
    await visit('run?tab=contributions&as=epochs&show=operation,0', async (page) => {
      const chart = page.locator('[data-chart=weights-over-epochs] [role=img] svg').first()
      await chart.waitFor()
      // The line that is drawn for sum, by its colour, at the point of an epoch in its middle.
      const box = await chart.locator('path[fill=none]').evaluateAll((paths) => {
        const line = paths.find(
          (path) => (path.getAttribute('d')?.match(/L/g)?.length ?? 0) >= 4,
        )! as SVGPathElement
        const point = line.getPointAtLength(line.getTotalLength() / 2)
        const place = point.matrixTransform(line.getScreenCTM()!)
        return { x: place.x, y: place.y }
      })
      await page.mouse.click(box.x, box.y)
      await details(page).waitFor()
      expect(page.url()).toContain('select=cell0/node0/op/')
    })
  })

  it('plays the search: the epochs follow each other, and the slider goes to one', async () => {
    await visit('run?epoch=1', async (page) => {
      await page.getByRole('slider', { name: 'Epoch' }).waitFor()
      await page.getByRole('button', { name: 'Play the search epoch by epoch' }).click()
      await expect.poll(() => page.url(), { timeout: 5000 }).toContain('epoch=3')
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByRole('slider', { name: 'Epoch' }).fill('6')
      await expect.poll(() => page.url()).toContain('epoch=7')
    })
  })

  it('reaches parts of the graph by click, by f, and folds cells', async () => {
    await visit('run', async (page) => {
      await page.locator('[data-part="cell0/node0/op/sparse_glu"]').click()
      await details(page).getByRole('heading', { name: 'Sparse GLU' }).waitFor()
      await page.keyboard.press('f')
      await page.keyboard.type('cell 1 sparse attention')
      await details(page).getByRole('heading', { name: 'Sparse attention' }).waitFor()
      // It is not chosen: selection and view change together, in one address.
      expect(page.url()).toContain('view=supernet')
      expect(page.url()).toContain('select=cell1/node0/op/sparse_attention')
      await page.keyboard.press('Escape')
      await page.getByTitle('Fold cell 0 into one box').click()
      await page.getByRole('button', { name: 'Unfold cell 0' }).waitFor()
      expect(page.url()).toContain('fold=0')
      await page.reload()
      await page.getByRole('button', { name: 'Unfold cell 0' }).click()
      await page.getByTitle('Fold cell 0 into one box').waitFor()
    })
  })

  it('saves the graph as a picture that stands alone, as SVG and as PNG', async () => {
    await visit('run?view=supernet', async (page) => {
      await page.locator('[data-part]').first().waitFor()
      const save = async (item: string) => {
        await page.getByRole('button', { name: 'Save or fold the graph' }).click()
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name: item }).click(),
        ])
        return { name: download.suggestedFilename(), content: await readFile(await download.path()) }
      }
      const svg = await save('Save as SVG')
      expect(svg.name).toBe('run-supernet.svg')
      expect(svg.content.toString()).toContain('sparse attention')
      const png = await save('Save as PNG')
      expect(png.content.subarray(1, 4).toString()).toBe('PNG')
      expect(png.content.length).toBeGreaterThan(20_000)
    })
  })

  it('says what has collapsed, since when, and what to try', async () => {
    await visit('collapsed', async (page) => {
      const notice = page.locator('[data-collapse]')
      await notice
        .getByText('both inner nodes chose an operation without weights (sum), since epoch 1')
        .click()
      await notice.getByText('valuation.alphaWarmup').waitFor()
      await notice.getByText('every cell takes its inputs from text alone').waitFor()
    })
    await visit('run', async (page) => {
      await page.locator('[data-part]').first().waitFor()
      expect(await page.locator('[data-collapse]').count()).toBe(0)
    })
  })

  it('filters the test samples by a cell of the confusion matrix, by class and by mistake', async () => {
    const { labels, predicted, classes } = latest(state, 'predictions')!
    const taken = (truth: number, as: number) =>
      labels.filter((label, i) => label === truth && predicted[i] === as).length
    await visit('run?tab=results', async (page) => {
      const status = page.getByRole('status').filter({ hasText: 'test samples' })
      await page
        .locator('[data-confusion]')
        .getByRole('button', { name: `${classes[1]} taken for ${classes[2]}: ${taken(1, 2)} of` })
        .click()
      await expect.poll(() => status.innerText()).toBe(`${taken(1, 2)} of ${labels.length} test samples`)
      expect(await page.locator('[data-sample]').count()).toBe(Math.min(24, taken(1, 2)))
      await page.getByRole('checkbox', { name: 'wrong only' }).check()
      await page.getByRole('button', { name: 'Show all', exact: true }).click()
      await page.locator(`[data-class="${classes[3]}"]`).getByRole('button').click()
      const support = labels.filter((label) => label === 3).length
      await expect.poll(() => status.innerText()).toBe(`${support} of ${labels.length} test samples`)
      await page.getByRole('button', { name: 'Later samples' }).click()
      await page.reload()
      await page.getByText(/^2 of \d+$/).waitFor()
    })
  })

  it('shows the predictions when the data folder has the samples no more', async () => {
    samplesGone = true
    await visit('run?tab=results', async (page) => {
      await page.locator('[data-missing]').waitFor()
      expect(await page.locator('[data-sample]').count()).toBe(24)
    })
    samplesGone = false
  })

  it('filters the log', async () => {
    await visit('run?tab=log', async (page) => {
      await page.locator('tr[data-line]').first().waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('derived repetition')
      await expect.poll(() => page.locator('tr[data-line]').count()).toBe(3)
      await page.getByRole('button', { name: /^search/ }).click()
      await page.getByRole('button', { name: 'Show all lines' }).click()
      await expect.poll(() => page.locator('tr[data-line]').count()).toBeGreaterThan(20)
    })
  })
})

/** A picture of one pixel. */
const dot =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
