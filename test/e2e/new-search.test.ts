import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import type { Host } from '#main/host.ts'
import type { Workbench } from '#main/workbench.ts'
import { smallConfig, writeVectorTable } from '../fixtures/small-run.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { fillFields, fillSmallSearch, nextSteps } from './fill-small-search.ts'
import { findBarriers } from './find-barriers.ts'
import { importSmallTable } from './import-small-table.ts'
import { startMadeUpHost } from './made-up-host.ts'
import { fillWithRuns } from './made-up-workbench.ts'
import { startRealHost, type RealHost } from './real-host.ts'

if (browserMissing) console.warn(`No search is started: ${browserMissing}`)

describe.skipIf(browserMissing)('a new search in the window', () => {
  let real: RealHost
  let table: string
  let workbench: Workbench
  let host: Host
  let browser: Browser

  beforeAll(async () => {
    real = await startRealHost()
    table = writeVectorTable(join(real.dataDir, 'tables'))
    ;({ workbench, host } = real)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await real?.close()
  })

  it('is configured on an imported table, estimated, run to its end and repeated with changes', async () => {
    await importSmallTable(workbench, table)
    const { page, errors, foreign } = await openPage(browser)
    await page.goto(host.url)
    await page.getByText('No runs yet').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await page.getByLabel('small vectors').check()
    await page.locator('[data-dataset-facts]').getByText('class2').waitFor()
    await page.reload()
    await page.locator('[data-dataset-facts]').waitFor()
    expect(await page.getByLabel('small vectors').isChecked()).toBe(true)
    await fillSmallSearch(page, { name: 'from the form' })
    await page.locator('[data-estimate]').getByText('No run of this machine has been compared').waitFor()
    await page.getByRole('button', { name: 'Start the search' }).click()
    await expect.poll(() => page.url()).toContain('#/runs/')

    const id = page.url().split('/').at(-1)!
    const { config, directory } = await workbench.handlers['runs.get'](id)
    expect(config).toEqual({ ...smallConfig(table), name: 'from the form' } satisfies RunConfig)
    await page.getByText(', took').waitFor({ timeout: 300_000 })
    expect(readdirSync(directory)).toContain('estimate.json')

    await page.goto(host.url.replace(/#.*/, `#/new?from=${id}`))
    await page.getByText('repeats').waitFor()
    await nextSteps(page, 'Backbones', 'Space')
    await page.getByLabel('Cells', { exact: true }).fill('3')
    await page.getByText('instead of 2').waitFor()
    await page.getByRole('link', { name: 'Review' }).click()
    await page.getByRole('heading', { name: 'Changes against the run from the form' }).waitFor()
    expect(await page.locator('[data-differences] tbody tr').allInnerTexts()).toEqual(['Fusion: Cells\t3\t2'])
    await page.locator('[data-estimate]').getByText('The last estimate of this machine was').waitFor()
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  })

  it('says at the field what is wrong, and shows why a start was refused', async () => {
    const made = await startMadeUpHost()
    made.workbench.handlers['runs.start'] = () =>
      Promise.reject(new Problem('data-folder-unwritable', '/home/ada', 'the disk is full'))
    const { page } = await openPage(browser, { scheme: 'dark' })
    await page.goto(made.entrance)
    await page.getByRole('link', { name: 'New search' }).first().click()
    await page.getByLabel('Films of the eighties').check()
    await page.getByText('western has 46 training samples').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Space' }).click()
    await fillFields(page, { 'space.cells': '9', 'space.length': '8' })
    await page.getByText('Must be at most 6.').waitFor()
    await page.getByRole('link', { name: 'Review' }).click()
    await page.getByText('Measured once everything is valid.').waitFor()
    expect(await page.getByRole('button', { name: 'Start the search' }).isDisabled()).toBe(true)
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Fusion: Cells' }).first().click()
    await fillFields(page, { 'space.cells': '2' })
    await page.getByText('Must be a square').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await fillFields(page, { 'space.length': '9' })
    await page.getByRole('link', { name: 'Strategy' }).click()
    const choose = async (path: string, option: string) => {
      await page.locator(`[data-setting="${path}"]`).getByRole('combobox').click()
      await page.getByRole('option', { name: option, exact: true }).click()
    }
    await page.locator('details:has([data-setting="search.deriveBy"]) summary').click()
    await choose('search.deriveBy', 'phi')
    await choose('search.strategy', 'darts')
    const derivedBy = page.locator('[data-setting="search.deriveBy"]').getByRole('alert')
    await derivedBy.getByText('darts values nothing, so there is no φ to choose by').waitFor()
    if (process.env['SHOTS']) await page.screenshot({ path: `${process.env['SHOTS']}/no-phi.png` })
    expect(await findBarriers(page)).toEqual([])
    await choose('search.strategy', 'sm-shapnas')
    await derivedBy.waitFor({ state: 'detached' })
    await choose('search.deriveBy', 'alpha')

    await page.getByRole('link', { name: 'Review' }).click()
    await page.getByText('12 % too low').waitFor()
    await page.getByRole('button', { name: 'Start the search' }).click()
    const notice = page.getByRole('alert')
    await notice.getByText('the disk is full').waitFor()
    expect(await notice.innerText()).toContain('/home/ada')
    expect(await notice.innerText()).toContain('Free disk space')
    await page.context().close()
    await made.host.close()
  })

  it('begins from a preset, and marks beside the fields what is not as in the paper', async () => {
    const made = await startMadeUpHost()
    const { page, errors } = await openPage(browser)
    await page.goto(made.entrance)
    await page.getByRole('link', { name: 'New search' }).first().click()
    await page.getByLabel('Films of the eighties').check()
    await page.getByLabel('MM-IMDB').check()
    await page.getByText('SM-ShapNAS, §4.1 and appendix B, MM-IMDB').waitFor()
    expect(page.url()).toContain('preset=mm-imdb')
    expect(await page.getByLabel('Films of the eighties').isChecked()).toBe(true)
    await page.getByText('0 changes against the preset MM-IMDB').waitFor()
    await page.getByText(/places that are not as in the paper/).click()
    await page.locator('[data-deviations]').getByText('Grouped estimator').waitFor()
    expect(await findBarriers(page)).toEqual([])

    await page.getByRole('link', { name: 'Space' }).click()
    const channels = page.locator('[data-setting="space.channels"]')
    expect(await channels.locator('input').inputValue()).toBe('192')
    expect(await page.locator('[data-paper]').count()).toBe(0)
    await channels.locator('input').fill('64')
    await channels.getByText('paper: 192 · here 64').waitFor()
    await channels.getByText('Your change.').waitFor()
    await page.reload()
    await channels.getByText('paper: 192 · here 64').waitFor()
    await page.getByRole('link', { name: '1 Dataset' }).click()
    await page.getByText('1 change against the preset MM-IMDB').waitFor()
    expect(errors).toEqual([])
    await page.context().close()
    await made.host.close()
  })

  it('does not measure beside a working run unless it is asked to, and stops when it is left', async () => {
    const made = await startMadeUpHost()
    fillWithRuns(made.workbench, Date.now())
    const asked: string[] = []
    made.workbench.handlers['searches.estimate'] = (ticket) => {
      asked.push(`measure ${ticket}`)
      return new Promise(() => undefined)
    }
    made.workbench.handlers['searches.stopEstimate'] = async (ticket) => (asked.push(`stop ${ticket}`), null)
    const { page } = await openPage(browser)
    await page.goto(made.entrance)
    await page.getByText('demo, second seed').first().waitFor()
    await page.goto(made.at('/new?step=review'))
    await page.getByText('A run is working').waitFor()
    expect(asked).toEqual([])
    await page.getByRole('button', { name: 'Measure all the same' }).click()
    await page.getByText('Measuring on this machine').waitFor()
    await page.getByRole('link', { name: 'Space' }).click()
    await expect.poll(() => asked.length).toBe(2)
    expect(asked[1]).toBe(asked[0].replace('measure', 'stop'))
    await page.context().close()
    await made.host.close()
  })
})
