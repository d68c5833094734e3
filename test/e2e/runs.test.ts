import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Problem } from '#contract/problem.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { findBarriers } from './find-barriers.ts'
import { browserMissing, launchBrowser, openPage, type PageOptions } from './browser.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'
import { fillWithRuns } from './made-up-workbench.ts'
import { fillWithManyRuns } from './many-runs.ts'

if (browserMissing) console.warn(`The list of runs is not tested: ${browserMissing}`)

const patienceMs = 10_000
const patient = { timeout: patienceMs }

describe.skipIf(browserMissing)('the list of ten thousand runs', () => {
  let browser: Browser
  let made: MadeUpHost
  const now = Date.now()
  const many = 10_000

  beforeAll(async () => {
    made = await startMadeUpHost()
    fillWithRuns(made.workbench, now)
    fillWithManyRuns(made.workbench, now - 60 * 60_000, many)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })

  /** Shows the list with a fresh session; the reader must not meet errors or foreign requests on the way. */
  async function visit(route: string, check: (page: Page) => Promise<void>, options: PageOptions = {}) {
    const { page, errors, foreign } = await openPage(browser, options)
    page.setDefaultTimeout(patienceMs)
    await page.goto(made.entrance)
    await page.locator('[data-row]').first().waitFor()
    if (route !== '/runs') await page.goto(made.at(route))
    await check(page)
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  }

  const row = (page: Page, id: string) => page.locator(`[data-row="${id}"]`)
  const details = (page: Page) => page.getByRole('complementary', { name: 'Details of the run' })
  /** What the footer says, without the thin spaces of figures. */
  const footer = (page: Page) =>
    page
      .locator('footer')
      .innerText()
      .then((text) => text.replaceAll('\u2009', ''))
  const shownIds = (page: Page) =>
    page
      .locator('[data-row]')
      .evaluateAll((links) => links.map((link) => (link as HTMLElement).dataset['row']))

  it('is scrolled to row 9,000, which opens', async () => {
    await visit('/runs', async (page) => {
      await page.getByText('10 017 runs').waitFor()
      expect(await page.locator('[role=row]').count()).toBeLessThan(80)
      await page.getByRole('table', { name: 'Runs' }).evaluate((table) => {
        table.parentElement!.scrollTop = 30 * 9000
      })
      const far = page.locator('[aria-rowindex="9002"] [data-row]')
      await far.waitFor()
      expect(await far.innerText()).toMatch(/^run 89\d\d$/)
      const id = await far.getAttribute('data-row')
      await far.click()
      await expect.poll(() => page.url(), patient).toContain(`/runs/${id}`)
    })
  })

  it('keeps filter, facets and order in the address, also over a reload', async () => {
    await visit('/runs', async (page) => {
      await row(page, '20260314-demo').waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('bm-nas')
      await page.getByRole('button', { name: /^done/ }).click()
      await page.getByRole('button', { name: 'Tag', exact: true }).click()
      await page.getByRole('checkbox', { name: /paper/ }).check()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Test score' }).click()
      await expect.poll(() => page.url(), patient).toContain('sort=-score')
      for (const part of ['q=bm-nas', 'state=done', 'tag=paper']) expect(page.url()).toContain(part)
      const wanted = [...made.workbench.runs.values()]
        .map(({ summary }) => summary)
        .filter(({ space, state, tags }) => space === 'bm-nas' && state === 'done' && tags.includes('paper'))
        .toSorted((a, b) => b.score!.mean - a.score!.mean)
        .map(({ id }) => id)
      const first = () => shownIds(page).then((ids) => ids.slice(0, 20))
      await expect.poll(first, patient).toEqual(wanted.slice(0, 20))
      await expect.poll(() => footer(page), patient).toContain(`${wanted.length} of 10017 runs match`)
      await page.reload()
      await expect.poll(first, patient).toEqual(wanted.slice(0, 20))
      await page.getByRole('button', { name: 'Show all' }).click()
      await page.getByText('10 017 runs').waitFor()
      expect(page.url()).not.toContain('tag=')
    })
  })

  it('is used by keyboard alone: walk, choose ranges, look closer, compare', async () => {
    await visit('/runs', async (page) => {
      const ids = await shownIds(page)
      for (const key of ['j', 'j', 'x', 'j', 'j', 'Shift+X']) await page.keyboard.press(key)
      await page.getByText('3 chosen').waitFor()
      await expect.poll(() => page.url(), patient).toContain(`select=${ids.slice(1, 4).join(',')}`)
      await page.keyboard.press('i')
      await details(page).waitFor()
      await page.keyboard.press('k')
      await expect.poll(() => page.url(), patient).toContain(`inspect=${ids[2]}`)
      await details(page).getByText(ids[2]!).waitFor()
      await page.keyboard.press('Escape')
      await details(page).waitFor({ state: 'detached' })
      await page.keyboard.press('End')
      await row(page, `2026-many-${many - 1}`).waitFor()
      await page.keyboard.press('c')
      await expect.poll(() => page.url(), patient).toContain('/compare?runs=')
      await page.goBack()
      await page.getByText('3 chosen').waitFor()
      await page.keyboard.press('Escape')
      await page.getByText('3 chosen').waitFor({ state: 'detached' })
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.url(), patient).toContain(`/runs/${ids[0]}`)
    })
  })

  it('chooses all that match, and ranges with Shift and a click', async () => {
    await visit('/runs?state=failed', async (page) => {
      await row(page, '20260313-high-rate').waitFor()
      const failed = [...made.workbench.runs.values()].filter(
        ({ summary }) => summary.state === 'failed',
      ).length
      await page.keyboard.press('Control+a')
      await expect.poll(() => footer(page), patient).toContain('chosen')
      expect(await footer(page)).toContain(`${failed} chosen`)
      await page.keyboard.press('Escape')
      const ids = await shownIds(page)
      await page.getByRole('checkbox', { name: 'Choose', exact: false }).nth(2).click()
      await row(page, ids[6]!).click({ modifiers: ['Shift'] })
      await page.getByText('6 chosen').waitFor()
    })
  })

  it('takes a tag, a note and a name, which are there after a reload', async () => {
    await visit('/runs?q=comparison', async (page) => {
      await row(page, '20260312-1').waitFor()
      await page
        .getByRole('row', { name: /darts comparison/ })
        .first()
        .getByText('emoji8')
        .click()
      await details(page).waitFor()
      const id = new URL(page.url().replace('#/', '')).searchParams.get('inspect')!
      await details(page).getByLabel('Tags').fill('kept for later')
      await page.keyboard.press('Enter')
      await details(page).getByLabel('Notes').fill('The text backbone carries it.')
      await details(page).getByText('saved', { exact: true }).waitFor()
      await details(page).getByLabel('Name of the run').fill('control')
      await page.keyboard.press('Enter')
      // It does not match any more and leaves the list; the inspector stays with it.
      await row(page, id).waitFor({ state: 'detached' })
      expect(page.url()).toContain(`inspect=${id}`)
      await page.reload()
      await expect
        .poll(() => details(page).getByLabel('Notes').inputValue(), patient)
        .toBe('The text backbone carries it.')
      expect(await details(page).getByLabel('Name of the run').inputValue()).toBe('control')
      await details(page).getByText('kept for later').waitFor()
      await page.goto(made.at('/runs?tag=kept for later'))
      await expect.poll(() => shownIds(page), patient).toEqual([id])
    })
  })

  it('tags all chosen runs at once', async () => {
    await visit('/runs?q=comparison', async (page) => {
      await expect.poll(() => shownIds(page).then(({ length }) => length), patient).toBeLessThan(20)
      for (const key of ['j', 'x', 'j', 'x', 't']) await page.keyboard.press(key)
      const [one, other] = await shownIds(page)
      await page.getByRole('textbox', { name: 'Tag' }).fill('both')
      await page.keyboard.press('Enter')
      const tagged = () =>
        [one, other].every((id) => made.workbench.runs.get(id!)!.summary.tags.includes('both'))
      await expect.poll(tagged, patient).toBe(true)
      await page.getByRole('checkbox', { name: 'both' }).click()
      await expect.poll(tagged, patient).toBe(false)
      await page.keyboard.press('Escape')
      await page.getByText('2 chosen').waitFor()
    })
  })

  it('moves runs to the trash and back, and deletes there only after asking', async () => {
    const [undone, restored, erased] = ['2026-many-10', '2026-many-11', '2026-many-12']
    await visit(`/runs?select=${undone}`, async (page) => {
      await page.getByText('1 chosen').waitFor()
      await row(page, undone).waitFor()
      await page.keyboard.press('Delete')
      await row(page, undone).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Undo' }).click()
      await row(page, undone).waitFor()

      await page.goto(made.at(`/runs?select=${restored},${erased}`))
      await page.getByText('2 chosen').waitFor()
      await page.getByRole('button', { name: 'Move to trash' }).click()
      await row(page, erased).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: /^Trash/ }).click()
      await page.getByRole('heading', { name: 'Trash' }).waitFor()
      await expect.poll(() => shownIds(page), patient).toEqual([restored, erased])
      for (const key of ['j', 'x']) await page.keyboard.press(key)
      await page.getByRole('button', { name: 'Restore' }).click()
      await expect.poll(() => shownIds(page), patient).toEqual([erased])
      for (const key of ['k', 'Delete']) await page.keyboard.press(key)
      await page.getByText('Delete 1 run for good?').waitFor()
      expect(made.workbench.runs.has(erased)).toBe(true)
      await page.getByRole('button', { name: 'Delete 1 run', exact: true }).click()
      await page.getByText('The trash is empty').waitFor()
      expect(made.workbench.runs.has(erased)).toBe(false)
      await page.getByRole('button', { name: 'Back to the runs' }).first().click()
      await row(page, restored).waitFor()
    })
  })

  it('pauses, resumes and cancels those of the chosen runs to which it applies', async () => {
    const { handlers } = made.workbench
    const asked: string[] = []
    handlers['runs.pause'] = async (id) => (asked.push(`pause ${id}`), null)
    handlers['runs.resume'] = async (id) => {
      asked.push(`resume ${id}`)
      if (id === '2026-many-2') throw new Problem('run-not-resumable', id, 'it left no checkpoint')
      return null
    }
    const [stopped, other] = ['20260313-high-rate', '2026-many-2']
    expect(made.workbench.runs.get(other)!.summary.state).toBe('interrupted')
    await visit(`/runs?select=20260314-live,20260314-demo,${stopped},${other}`, async (page) => {
      await page.getByText('4 chosen').waitFor()
      await page.getByRole('button', { name: 'Pause 1' }).click()
      await page.getByRole('button', { name: 'Resume 2' }).click()
      await page.getByText('Not every run does what was asked').first().waitFor()
      await page.getByText('it left no checkpoint').first().waitFor()
      expect(asked).toEqual(['pause 20260314-live', `resume ${stopped}`, `resume ${other}`])
      expect(await page.getByRole('button', { name: 'Cancel 1' }).count()).toBe(1)
    })
  })

  it('remembers which columns are shown, in which order and how wide', async () => {
    await visit('/runs', async (page) => {
      const heads = () =>
        page
          .getByRole('columnheader')
          .evaluateAll((cells) => cells.slice(1).map((cell) => cell.textContent!.trim()))
      expect((await heads()).slice(0, 3)).toEqual(['State', 'Name', 'Dataset'])
      await page.getByRole('button', { name: 'Columns' }).click()
      await page.getByRole('checkbox', { name: 'Dataset' }).uncheck()
      await page.getByRole('button', { name: 'Move Test score to the left' }).click()
      await page.keyboard.press('Escape')
      await page.getByRole('columnheader', { name: 'Strategy' }).getByRole('button').focus()
      for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowRight')
      const width = () =>
        page
          .getByRole('columnheader', { name: 'Strategy' })
          .evaluate((head) => (head as HTMLElement).offsetWidth)
      const [wide, wanted] = [await width(), ['State', 'Name', 'Strategy', 'Test score', 'Space']]
      await page.reload()
      await row(page, '20260314-demo').waitFor()
      expect((await heads()).slice(0, 5)).toEqual(wanted)
      expect(await width()).toBe(wide)
    })
  })

  it('saves all that match as CSV, with plain numbers', async () => {
    await visit('/runs?q=mm-imdb', async (page) => {
      await expect.poll(() => footer(page), patient).toContain('match')
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV' }).click(),
      ])
      const [head, ...lines] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
      const all = [...made.workbench.runs.values()].map(({ summary }) => summary)
      const wanted = all.filter(({ dataset }) => dataset === 'mm-imdb')
      expect(lines).toHaveLength(wanted.length)
      expect(head).toContain('test score,standard deviation,repetitions')
      const scored = wanted.find(({ score }) => score)!
      expect(lines.find((line) => line.includes(`${scored.id},`))).toContain(`,${scored.score!.mean},`)
    })
  })

  it('shows what happens to runs meanwhile', async () => {
    await visit('/runs', async (page) => {
      const events = runEvents({ seed: 5, startedAt: now })
      const { runs } = made.workbench
      made.workbench.add('20260401-new', events.slice(0, 20), { name: 'just begun', createdAt: now + 60_000 })
      made.workbench.emit('20260401-new', events.slice(20, 30))
      await row(page, '20260401-new').waitFor()
      await page
        .getByRole('row', { name: /just begun/ })
        .getByText('running')
        .waitFor()
      made.workbench.emit('20260401-new', events.slice(30))
      await page
        .getByRole('row', { name: /just begun/ })
        .getByText('0.7')
        .waitFor()
      await page.getByText('just begun is done').first().waitFor()
      await expect.poll(() => footer(page), patient).toContain(`${runs.size} runs`)
      runs.delete('20260401-new')
    })
  })

  it('says of each imported run what became of it', async () => {
    const { handlers } = made.workbench
    const entry = {
      grant: 'g'.repeat(22),
      name: 'from-cluster',
      kind: 'folder',
      bytes: null,
      modifiedAt: 0,
    } as const
    handlers['files.pick'] = async () => ({ entry })
    handlers['runs.import'] = async (grant) => ({
      imported: [{ id: '2026-many-7', from: `cluster-17 by ${grant.slice(0, 3)}` }],
      present: [{ id: '20260314-demo', from: 'demo' }],
      refused: [{ from: 'half', problem: new Problem('run-damaged', 'half', 'line 3 is cut').report() }],
    })
    await visit('/runs', async (page) => {
      await page.getByRole('button', { name: 'Import …' }).click()
      const report = page.getByRole('dialog', { name: 'Import of runs' })
      await report.getByText('1 run imported, 1 run here already, 1 run refused.').waitFor()
      await report.getByText('The run directory is damaged: line 3 is cut').waitFor()
      await report.getByRole('link', { name: 'cluster-17 by ggg' }).click()
      await expect.poll(() => page.url(), patient).toContain('/runs/2026-many-7')
    })
  })

  it('says why it cannot be read, and is read when asked again', async () => {
    const { handlers } = made.workbench
    const answer = handlers['runs.query']
    handlers['runs.query'] = async () => {
      throw new Problem('data-folder-unwritable', 'shapwright.db', 'the disk is full')
    }
    const { page } = await openPage(browser)
    await page.goto(made.entrance)
    await page.getByRole('alert').getByText('the disk is full').waitFor()
    handlers['runs.query'] = answer
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('[data-row]').first().waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.context().close()
  })

  it('says that nothing matches, and shows all again', async () => {
    await visit('/runs?q=no-such-thing', async (page) => {
      await page.getByText('No run matches this filter.').waitFor()
      expect(await shownIds(page)).toEqual([])
      await page.getByRole('button', { name: 'Show all' }).last().click()
      await row(page, '20260314-demo').waitFor()
    })
  })

  describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
    it.each([
      [
        '/runs?select=2026-many-3,2026-many-4&inspect=20260313-high-rate&state=failed,done',
        'Lower the learning rate',
      ],
      ['/runs?inspect=20260314-demo&tag=paper', 'best modality alone'],
      ['/runs?view=trash', 'The trash is empty'],
    ])('%s has no serious barrier', async (route, told) => {
      await visit(
        route,
        async (page) => {
          await page.getByText(told).waitFor()
          expect(await findBarriers(page)).toEqual([])
        },
        { scheme },
      )
    })
  })
})
