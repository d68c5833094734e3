import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatContribution } from '#contract/format.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'
import { madeUpRevaluation } from './made-up-valuations.ts'

if (browserMissing) console.warn(`Re-valuations are not tested in a window: ${browserMissing}`)

const events = runEvents()
const kept = madeUpRevaluation(events)
const player = 'cell0/node0/op/sum'

describe.skipIf(browserMissing)('re-valuations of a run', () => {
  let browser: Browser
  let made: MadeUpHost

  beforeAll(async () => {
    made = await startMadeUpHost()
    made.workbench.add('run', events, { name: 'demo' })
    const unvalued = events.map((event) =>
      event.type === 'search-epoch' ? { ...event, shapley: null } : event,
    )
    made.workbench.add('unvalued', unvalued, { name: 'darts' })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  async function visit(route: string, check: (page: Page) => Promise<void>) {
    made.workbench.revaluations.clear()
    made.workbench.revaluations.set('run', [kept])
    const { page, errors, foreign } = await openPage(browser)
    await page.goto(made.entrance)
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await page.goto(made.at(`/runs/${route}`))
    await check(page)
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  }

  /** The next re-valuation comes so far and no further until the returned function is called. */
  function holdStart(): () => void {
    const { handlers } = made.workbench
    const answer = handlers['valuations.start']
    const held = Promise.withResolvers<void>()
    handlers['valuations.start'] = async (id, request) => {
      handlers['valuations.start'] = answer
      const running = { done: 0.4, doing: 'valuing coalitions: 1600 of at most 3000' }
      made.workbench.tell({ topic: 'valuation.changed', id, running })
      await held.promise
      return answer(id, request)
    }
    return held.resolve
  }

  const phiOf = (page: Page) => page.locator(`tr[data-player="${player}"] td`).nth(2).innerText()
  const summary = (page: Page) => page.locator('[data-valuation-summary]').innerText()

  it('are chosen in the ledger, where their φ stand in place of the search’s', async () => {
    await visit('run?tab=contributions', async (page) => {
      await page.locator(`tr[data-player="${player}"]`).waitFor()
      const before = await phiOf(page)
      await page.getByRole('combobox', { name: 'Which valuation' }).click()
      await page.getByRole('option', { name: /antithetic, 3.984 evaluations/ }).click()
      const found = kept.result.contributions.find(({ id }) => id === player)!
      await expect.poll(() => phiOf(page)).toBe(formatContribution(found))
      expect(await phiOf(page)).not.toBe(before)
      expect(page.url()).toContain(`valued=${kept.id}`)
      expect(await summary(page)).toMatch(
        /Re-valued after the search.*until its evaluations are spent\. Unbiased\./,
      )
    })
  })

  it('say how sure they are, and are held against the search’s own φ', async () => {
    await visit(`run?tab=contributions&as=sure&valued=${kept.id}`, async (page) => {
      await page.getByRole('heading', { name: 'Against the search’s own φ' }).waitFor()
      const facts = await page.locator('[data-honesty]').innerText()
      expect(facts).toMatch(/Ended because\s+its evaluations are spent/)
      expect(await page.locator('[data-change]').innerText()).toMatch(/rank correlation 0\.\d\d \(Spearman\)/)
      await page.getByRole('img', { name: /Did φ come to rest/ }).waitFor()
      expect(await page.locator('[data-band-scatter] [data-point]').count()).toBe(33)
      await page.locator('[data-point="cell0/edge/text.0"] circle').last().click()
      await expect.poll(() => page.url()).toContain('select=')
      await page.getByRole('button', { name: 'All 33' }).click()
      expect(await page.locator('[data-change] tbody tr').count()).toBe(33)
      expect(await findBarriers(page)).toEqual([])
    })
  })

  it('mark the choices of which too little was seen, in words', async () => {
    const [seen, ...rest] = kept.result.contributions
    const dead = { ...seen, phi: 0, standardError: 0, low: 0, high: 0, unseen: 0.0421 }
    const marked = { ...kept, result: { ...kept.result, contributions: [dead, ...rest] } }
    const words = 'few contributions seen: the band may be too narrow'
    await visit('run?tab=contributions', async (page) => {
      await page.locator('[data-valuation-summary]').waitFor()
      expect(await page.getByText(words).count()).toBe(0)
      made.workbench.revaluations.set('run', [marked])
      await page.goto(made.at(`/runs/run?tab=contributions&valued=${kept.id}`))
      await page.reload()
      await page.getByText(words).waitFor()
      const sign = page.locator(`tr[data-player="${seen.id}"] [title*="few contributions seen"]`)
      expect(await sign.getAttribute('title')).toContain('up to 4.2 points')
      expect(await page.locator('td [title*="few contributions seen"]').count()).toBe(1)
      expect(await findBarriers(page)).toEqual([])
    })
  })

  it('tell drift between epochs from sampling error', async () => {
    await visit('run?tab=contributions&as=sure&epoch=5', async (page) => {
      await page.getByRole('heading', { name: 'Drift and sampling error since epoch 4' }).waitFor()
      expect(await page.locator('[data-change]').innerText()).toMatch(/Sampling alone would make \d\.\d/)
      await page.getByText('How φ converged was not kept').waitFor()
    })
  })

  it('are asked for in a dialog that says what they take, and shown when they are there', async () => {
    await visit('run?tab=contributions', async (page) => {
      await page.getByRole('button', { name: 'Re-value…' }).click()
      await page.getByRole('dialog', { name: 'Re-value the supernet' }).waitFor()
      expect(await page.locator('[data-cost]').innerText()).toMatch(
        /At most 2.300 evaluations .* about \d+ s/,
      )
      await page.getByRole('textbox', { name: 'Evaluations at most' }).fill('many')
      await page.getByText('A whole number from 1, or empty.').waitFor()
      expect(await page.getByRole('button', { name: 'Re-value', exact: true }).isDisabled()).toBe(true)
      await page.getByRole('textbox', { name: 'Evaluations at most' }).fill('3000')
      expect(await findBarriers(page)).toEqual([])
      const release = holdStart()
      await page.getByRole('button', { name: 'Re-value', exact: true }).click()
      await page.getByText('valuing coalitions: 1600 of at most 3000').waitFor()
      release()
      await expect.poll(() => page.url()).toContain('valued=made-1')
      expect(made.workbench.revaluations.get('run')![0].request).toMatchObject({ evaluations: 3000 })
    })
  })

  it('are removed after a question', async () => {
    await visit(`run?tab=contributions&valued=${kept.id}`, async (page) => {
      await page.getByRole('button', { name: 'Remove this re-valuation' }).click()
      await page.getByRole('button', { name: 'Remove it' }).click()
      await expect.poll(() => made.workbench.revaluations.get('run')).toEqual([])
      await expect.poll(() => page.url()).not.toContain('valued=')
      await page.getByRole('combobox', { name: 'Which valuation' }).waitFor({ state: 'detached' })
    })
  })

  it('are offered where a search valued nothing', async () => {
    await visit('unvalued?tab=contributions', async (page) => {
      expect(await summary(page)).toContain('Its supernet is kept and can be valued all the same.')
      await page.getByRole('button', { name: 'Value its supernet' }).click()
      await page.getByRole('button', { name: 'Re-value', exact: true }).click()
      await expect.poll(() => page.url()).toContain('valued=made-0')
      await expect.poll(() => phiOf(page)).toMatch(/\[.*\]/)
      await page.getByRole('button', { name: 'how sure' }).click()
      await page.getByText('there is nothing to hold this against').waitFor()
    })
  })
})
