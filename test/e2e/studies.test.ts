import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expandStudy, type StudyPlan } from '#contract/config/study.ts'
import { Problem } from '#contract/problem.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { smallConfig, writeVectorTable } from '../fixtures/small-run.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { importSmallTable } from './import-small-table.ts'
import { startMadeUpHost } from './made-up-host.ts'
import { addStudy } from './made-up-searches.ts'
import { startRealHost } from './real-host.ts'

if (browserMissing) console.warn(`No study is shown: ${browserMissing}`)

describe.skipIf(browserMissing)('studies in the window', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  it('are built by varying fields and by the grid of a publication, and queued all at once', async () => {
    const made = await startMadeUpHost()
    addStudy(made.workbench, Date.now())
    // beside a working run nothing would be measured
    made.workbench.runs.get('study-run-25')!.summary.state = 'queued'
    let plan: StudyPlan | undefined
    made.workbench.handlers['studies.create'] = async (given) => {
      plan = given
      return 'made-up'
    }
    const { page, errors } = await openPage(browser)
    await page.goto(made.entrance)
    await page.getByRole('link', { name: 'New search' }).first().click()
    await page.getByRole('link', { name: '3 Space' }).click()
    await page.getByRole('button', { name: 'Vary Channels in a study' }).click()
    await page.getByLabel('Values of Channels').fill('16, 999')
    await page.getByText('999: Must be at most 512.').waitFor()
    await page.getByLabel('Values of Channels').fill('16, 32')
    await page.reload()
    expect(await page.getByLabel('Values of Channels').inputValue()).toBe('16, 32')
    await page.getByRole('link', { name: '5 Review' }).click()
    await page.getByLabel('Seeds').fill('2')
    await page.locator('[data-study-size]').getByText('4 runs').waitFor()
    await page.getByLabel('Grid of a publication').click()
    await page.getByRole('option', { name: 'Table 6 with controls' }).click()
    await page.locator('[data-study-size]').getByText('42 runs').waitFor()
    await page.locator('[data-estimate]').getByText('for 42 runs').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByLabel('Seeds').fill('many')
    await page.getByText('Must be a whole number from 1 to 100.').waitFor()
    expect(await page.getByRole('button', { name: /^Queue/ }).isDisabled()).toBe(true)
    await page.getByLabel('Seeds').fill('1')
    await page.getByRole('button', { name: 'Queue 14 runs' }).click()
    await expect.poll(() => page.url()).toContain('#/studies/made-up')
    const runs = expandStudy(plan!)
    expect(runs).toHaveLength(14)
    expect(runs.map(({ config }) => [config.search.strategy, config.space.channels]).slice(0, 3)).toEqual([
      ['darts', 16],
      ['darts', 32],
      ['sm-shapnas', 16],
    ])
    expect(errors).toEqual([])
    await page.context().close()
    await made.host.close()
  })

  it.each(['light', 'dark'] as const)(
    'show points, seeds and effects, and act on their runs, %s',
    async (scheme) => {
      const made = await startMadeUpHost()
      addStudy(made.workbench, Date.now())
      const { page, errors } = await openPage(browser, { scheme })
      await page.goto(made.entrance)
      await page.getByRole('link', { name: 'Studies' }).first().click()
      await page.locator('[data-study]').getByRole('link', { name: 'strategies by width' }).click()
      const rows = page.locator('[data-study-table] tbody tr')
      await rows.first().waitFor()
      expect(await rows.count()).toBe(6)
      expect(await rows.nth(0).innerText()).toContain('baseline')
      expect(await rows.nth(2).innerText()).toContain('(n = 4)')
      await page.getByLabel('Measure by darts, 16').check()
      await expect.poll(() => rows.nth(2).innerText()).toContain('baseline')
      expect(page.url()).toContain('baseline=2')
      await page.locator('[data-effect="Strategy"]').getByText('on average').waitFor()
      expect(await findBarriers(page)).toEqual([])

      await page.getByLabel('More seeds').fill('2')
      await page.getByRole('button', { name: 'Queue 12 runs' }).click()
      await expect.poll(() => made.workbench.asked).toContain('seeds made-up 6 7')
      await page.getByRole('button', { name: 'Cancel the 4 that wait' }).click()
      await expect
        .poll(() => made.workbench.asked.filter((each) => each.startsWith('cancel')))
        .toHaveLength(4)
      await page.getByRole('link', { name: 'Compare', exact: true }).last().click()
      await expect.poll(() => page.url()).toContain('/compare?runs=study-run-0')
      expect(errors).toEqual([])
      await page.context().close()
      await made.host.close()
    },
  )

  it('stand by name beside their runs: as a facet of the list, in the details, at the head of a run', async () => {
    const made = await startMadeUpHost()
    addStudy(made.workbench, Date.now())
    made.workbench.add('alone', runEvents({ epochs: 2 }))
    const { page, errors } = await openPage(browser)
    await page.goto(made.entrance)
    await page.locator('[data-row]').first().waitFor()
    await page.getByRole('button', { name: 'Study', exact: true }).click()
    await page.getByRole('checkbox', { name: /^strategies by width/ }).check()
    await expect.poll(() => page.url()).toContain('study=made-up')
    await page.getByRole('button', { name: 'study strategies by width' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('checkbox', { name: /^strategies/ }).waitFor({ state: 'detached' })
    await page.keyboard.press('j')
    await page.keyboard.press('i')
    const details = page.getByRole('complementary', { name: 'Details of the run' })
    await details.getByRole('link', { name: 'strategies by width' }).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('header').getByRole('link', { name: 'strategies by width' }).click()
    await page.locator('[data-study-table]').waitFor()
    expect(errors).toEqual([])
    await page.context().close()
    await made.host.close()
  })

  it('teach the first step where there are none, and say what cannot be read', async () => {
    const made = await startMadeUpHost()
    const { page } = await openPage(browser)
    await page.goto(made.entrance)
    await page.getByRole('link', { name: 'Studies' }).first().click()
    await page.getByText('No studies yet').waitFor()
    expect(await findBarriers(page)).toEqual([])
    made.workbench.handlers['studies.get'] = async (id) => {
      throw new Problem('study-not-found', id, 'the data folder has none of this name')
    }
    await page.goto(made.at('/studies/gone'))
    await page.getByRole('alert').getByText('There is no such study').waitFor()
    await page.context().close()
    await made.host.close()
  })

  it('go from the queue to paired differences by the real engine', async () => {
    const { workbench, host, dataDir, close } = await startRealHost()
    const table = writeVectorTable(join(dataDir, 'tables'))
    await importSmallTable(workbench, table)
    const base = smallConfig(table)
    const values = ['darts', 'random'].map((name) => ({ label: name, changes: { 'search.strategy': name } }))
    const plan = { name: 'small', base, axes: [{ title: 'Strategy', values }], seeds: [1, 2] }
    const id = await workbench.handlers['studies.create'](plan)
    const { page, errors } = await openPage(browser)
    await page.goto(host.url)
    await page.getByRole('link', { name: 'Studies' }).first().click()
    await page.locator('[data-study]').getByRole('link', { name: 'small' }).click()
    await expect.poll(() => page.url()).toContain(id)
    const other = page.locator('[data-point="1"]')
    await other.getByText('(n = 2)').waitFor({ timeout: 300_000 })
    expect(await other.innerText()).toMatch(/[+−]?\d\.\d{3} \[/)
    expect(errors).toEqual([])
    await page.context().close()
    await close()
  })
})
