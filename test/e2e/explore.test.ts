import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunPoint, SettingColumn } from '#contract/run/query.ts'
import { Problem } from '#contract/problem.ts'
import { stream } from '#worker/random.ts'
import { browserMissing, launchBrowser, openPage, type PageOptions } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'

if (browserMissing) console.warn(`Explore is not tested: ${browserMissing}`)

/** Finished runs whose channels decide the score, the newest first. */
function madeUpPoints(count: number): { points: RunPoint[]; settings: SettingColumn[] } {
  const random = stream(2, 'explore')
  const channels = Array.from({ length: count }, (_, i) => [16, 32, 64][i % 3])
  const points = channels.map((width, i): RunPoint => {
    const score = 0.6 + width / 1000 + 0.01 * random.next()
    return {
      id: `p${i}`,
      name: `search ${i}`,
      task: 'single-label' as const,
      dataset: i % 4 === 0 ? 'products.csv' : 'emoji8',
      strategy: ['sm-shapnas', 'darts', 'random'][random.integer(3)],
      space: 'sm-shapnas',
      seed: i % 5,
      study: null,
      tags: [],
      createdAt: 1_790_000_000_000 - i * 3_600_000,
      score,
      deviation: 0.004,
      repetitions: 3,
      gain: score - 0.62,
      parameters: width * width * 40 + random.integer(900),
      multiplyAdds: width * width * 400,
      latencyMs: i % 9 === 8 ? null : 0.5 + random.next(),
      cost: 100_000 + random.integer(900_000),
    }
  })
  return { points, settings: [{ path: 'space.channels', values: channels }] }
}

describe.skipIf(browserMissing)('exploring in the window', () => {
  let browser: Browser
  let made: MadeUpHost

  beforeAll(async () => {
    made = await startMadeUpHost()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  /** Shows so many runs; the reader must not meet errors or foreign requests on the way. */
  async function visit(
    count: number,
    check: (page: Page) => Promise<void>,
    { query = '', ...options }: PageOptions & { query?: string } = {},
  ) {
    made.workbench.handlers['runs.points'] = async () => madeUpPoints(count)
    const { page, errors, foreign } = await openPage(browser, options)
    await page.goto(made.entrance)
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await page.goto(made.at(`/explore${query}`))
    await check(page)
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  }
  const countShown = (page: Page) => page.locator('[data-count]').innerText()

  describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
    it.each([0, 1, 40])('has no serious barrier with %i runs', async (count) => {
      await visit(
        count,
        async (page) => {
          await (
            count === 0 ? page.getByText('No run has finished yet') : page.locator('[data-count]')
          ).waitFor()
          expect(await findBarriers(page)).toEqual([])
        },
        { scheme },
      )
    })
  })

  it('limits an axis by dragging: the table, the count and the address follow, and a reload keeps it', async () => {
    await visit(60, async (page) => {
      const axis = page.getByRole('slider', { name: 'Limits of space.channels' })
      const { x, y, height } = (await axis.boundingBox())!
      await page.mouse.move(x + 12, y + 2)
      await page.mouse.down()
      await page.mouse.move(x + 12, y + height / 4, { steps: 4 })
      await page.mouse.up()
      await expect.poll(() => countShown(page)).toBe('20 of 60 runs')
      expect(await page.locator('[data-explore-table] [role=table]').getAttribute('aria-rowcount')).toBe('21')
      expect(page.url()).toContain('limits=setting')
      await page.reload()
      await expect.poll(() => countShown(page)).toBe('20 of 60 runs')
      await page.getByRole('button', { name: 'Free all limits' }).click()
      await expect.poll(() => countShown(page)).toBe('60 of 60 runs')
    })
  })

  it('limits an axis by keyboard', async () => {
    await visit(60, async (page) => {
      const axis = page.getByRole('slider', { name: 'Limits of test score' })
      await axis.focus()
      for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowUp')
      const [few, all] = (await countShown(page)).match(/\d+/g)!.map(Number)
      expect(few).toBeLessThan(all)
      expect(await axis.getAttribute('aria-valuetext')).toMatch(/0\.\d{3} to 0\.\d{3}/)
      await page.keyboard.press('Delete')
      await expect.poll(() => countShown(page)).toBe('60 of 60 runs')
    })
  })

  /** Keys of the axes from left to right, as they stand. */
  const orderOf = (page: Page) =>
    page.locator('[data-axis]').evaluateAll((axes) =>
      axes
        .map((axis) => ({ key: axis.getAttribute('data-axis')!, x: axis.getBoundingClientRect().x }))
        .toSorted((a, b) => a.x - b.x)
        .map(({ key }) => key),
    )
  const atFirst = ['dataset', 'strategy', 'setting:space.channels', 'cost', 'latency', 'parameters', 'score']

  it('moves an axis by its name, keeps the order in the address and finds back to the first one', async () => {
    await visit(60, async (page) => {
      await page.locator('[data-axis=cost]').waitFor()
      expect(await orderOf(page)).toEqual(atFirst)
      const plot = page.locator('[data-parallel]')
      const place = await plot.boundingBox()
      const grip = (await page.locator('[data-axis=cost] [data-grip]').boundingBox())!
      const goal = (await page.locator('[data-axis=dataset] [data-grip]').boundingBox())!
      const drag = async () => {
        await page.mouse.move(grip.x + grip.width / 2, grip.y + 8)
        await page.mouse.down()
        await page.mouse.move(goal.x + goal.width / 2 + 30, goal.y + 8, { steps: 5 })
      }
      await drag()
      const moved = ['cost', ...atFirst.filter((key) => key !== 'cost')]
      await expect.poll(() => orderOf(page)).toEqual(moved)
      await page.keyboard.press('Escape')
      await expect.poll(() => orderOf(page)).toEqual(atFirst)
      await page.mouse.up()
      expect(page.url()).not.toContain('axes=')

      await drag()
      await page.mouse.up()
      await expect.poll(() => page.url()).toContain('axes=cost')
      expect(await orderOf(page)).toEqual(moved)
      expect(await plot.boundingBox()).toEqual(place)
      await page.reload()
      await page.locator('[data-axis=cost]').waitFor()
      expect(await orderOf(page)).toEqual(moved)
      await page.getByRole('button', { name: 'Default order' }).click()
      await expect.poll(() => orderOf(page)).toEqual(atFirst)
      expect(page.url()).not.toContain('axes=')
      expect(await page.getByRole('button', { name: 'Default order' }).count()).toBe(0)
    })
  })

  it('moves an axis by keyboard, and the keys stay with it', async () => {
    await visit(60, async (page) => {
      const limits = page.getByRole('slider', { name: 'Limits of search cost' })
      await limits.focus()
      for (const steps of [1, 2]) {
        await page.keyboard.press('Alt+ArrowLeft')
        await expect.poll(async () => (await orderOf(page)).indexOf('cost')).toBe(3 - steps)
        await expect.poll(() => limits.evaluate((own) => own === document.activeElement)).toBe(true)
      }
      await page.keyboard.press('Alt+ArrowRight')
      await expect.poll(async () => (await orderOf(page)).indexOf('cost')).toBe(2)
      expect(await countShown(page)).toBe('60 of 60 runs')
      await page.getByText('search cost: axis 3 of 7').waitFor({ state: 'attached' })
      const first = page.getByRole('slider', { name: 'Limits of dataset' })
      await first.focus()
      await page.keyboard.press('Alt+ArrowLeft')
      expect((await orderOf(page))[0]).toBe('dataset')
      expect(page.url()).not.toContain('limits=')
      await page.keyboard.press('Alt+ArrowDown')
      await expect.poll(() => page.url()).toContain('limits=dataset')
    })
  })

  it('fits into a narrow window: nothing beyond its edge, no name of an axis over another', async () => {
    await visit(
      60,
      async (page) => {
        await page.locator('[data-axis=cost]').waitFor()
        const { x, width } = (await page.locator('[data-count]').boundingBox())!
        expect(x + width).toBeLessThanOrEqual(700)
        const names = await page.locator('[data-axis] [data-grip] + text').all()
        const boxes = await Promise.all(names.map(async (name) => (await name.boundingBox())!))
        const meets = (a: (typeof boxes)[0], b: (typeof boxes)[0]) =>
          a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height - 2 && b.y < a.y + a.height - 2
        expect(boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => meets(a, b)))).toEqual([])
        expect(boxes).toHaveLength(7)
      },
      { width: 700 },
    )
  })

  it('limits both goals by a frame in the trade-off', async () => {
    await visit(60, async (page) => {
      const plot = page.locator('[data-scatter]')
      await plot.scrollIntoViewIfNeeded()
      const { x, y, width, height } = (await plot.boundingBox())!
      await page.mouse.move(x + 0.6 * width, y + 20)
      await page.mouse.down()
      await page.mouse.move(x + width - 20, y + 0.5 * height, { steps: 4 })
      await page.mouse.up()
      await expect.poll(() => page.url()).toMatch(/limits=.*parameters.*score/)
      expect(await countShown(page)).not.toBe('60 of 60 runs')
    })
  })

  it('is walked in the table by keyboard, and puts chosen runs side by side', async () => {
    await visit(60, async (page) => {
      const rows = page.locator('[data-explore-table] [data-place]')
      await rows.first().waitFor()
      const scores = await page.locator('[data-explore-table] [role=row]').allInnerTexts()
      expect(scores[1]).toContain('0.67')
      await rows.first().focus()
      await page.keyboard.press('x')
      await page.keyboard.press('j')
      await page.keyboard.press('x')
      await page.getByText('2 chosen').waitFor()
      await page.keyboard.press('End')
      await expect
        .poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset.place))
        .toBe('59')
      await page.keyboard.press('c')
      await expect.poll(() => page.url()).toContain('/compare?runs=p')
    })
  })

  it('says which runs none beats, where to begin, and what goes with the score', async () => {
    await visit(60, async (page) => {
      const hint = page.locator('[data-front-hint]')
      await hint.getByText('beaten by no other').waitFor()
      await hint.getByRole('button').click()
      await page.getByText('1 chosen').waitFor()
      const [first] = await page.locator('[data-importance] tbody tr').allInnerTexts()
      expect(first).toMatch(/space\.channels.*9\d %.*n = 60/s)
      await page.getByLabel('across').selectOption('cost')
      expect(page.url()).toContain('x=cost')
      await page.getByLabel('dominated runs').uncheck()
      expect(page.url()).toContain('dominated=hide')
    })
  })

  it('filters by words and by dataset, and turns an axis logarithmic, in the address', async () => {
    await visit(60, async (page) => {
      await page.getByLabel('Filter the runs').fill('seed 3')
      await expect.poll(() => countShown(page)).toBe('12 of 60 runs')
      await page.getByRole('button', { name: 'Dataset', exact: true }).click()
      await page.getByLabel('products.csv').check()
      await expect.poll(() => countShown(page)).toBe('3 of 60 runs')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'test score: linear scale, make it logarithmic' }).click()
      await page.getByRole('button', { name: 'test score: log scale, make it linear' }).waitFor()
      await page.getByRole('button', { name: 'Take the axis latency away' }).click()
      expect(await page.locator('[data-axis=latency]').count()).toBe(0)
      expect(page.url()).toMatch(/q=seed.*dataset=products\.csv.*scale=score.*axes=/)
    })
  })

  it('draws ten thousand runs on two canvases, not in ten thousand elements', async () => {
    await visit(10_000, async (page) => {
      await page.getByText(/10.000 of 10.000 runs/).waitFor()
      await page.locator('[data-explore-table] [data-place]').first().waitFor()
      expect(await page.locator('*').count()).toBeLessThan(2500)
    })
  })

  it('says what went wrong, and tries again', async () => {
    made.workbench.handlers['runs.points'] = () =>
      Promise.reject(new Problem('file-unreadable', 'shapwright.db', 'the disk is gone'))
    const { page } = await openPage(browser)
    await page.goto(made.entrance)
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await page.goto(made.at('/explore'))
    await page.getByRole('alert').getByText('the disk is gone').waitFor()
    made.workbench.handlers['runs.points'] = async () => madeUpPoints(3)
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => countShown(page)).toBe('3 of 3 runs')
    await page.context().close()
  })
})
