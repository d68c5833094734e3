import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import type { Host } from '#main/host.ts'
import type { Workbench } from '#main/workbench.ts'
import { smallConfig, writeVectorTable } from '../fixtures/small-run.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { startMadeUpHost } from './made-up-host.ts'
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

  it('is configured on a table, started, run to its end and repeated with changes', async () => {
    const { page, errors, foreign } = await openPage(browser)
    await page.goto(host.url)
    await page.getByText('No runs yet').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await fillDataset(page, table)
    await fillSettings(page)
    await page.getByRole('button', { name: 'Start the search' }).click()
    await expect.poll(() => page.url()).toContain('#/runs/')

    const id = page.url().split('/').at(-1)!
    const { config } = await workbench.handlers['runs.get'](id)
    expect(config).toEqual({ ...smallConfig(table), name: 'from the form' } satisfies RunConfig)
    await page.getByText(', took').waitFor({ timeout: 300_000 })

    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Repeat with changes' }).click()
    await page.getByText('repeats').waitFor()
    await next(page, 'Backbones', 'Space')
    await page.getByLabel('Cells', { exact: true }).fill('3')
    await page.getByText('instead of 2').waitFor()
    await page.getByRole('link', { name: 'Review' }).click()
    await page.getByRole('heading', { name: 'Changes against the run from the form' }).waitFor()
    expect(await page.locator('[data-differences] tbody tr').allInnerTexts()).toEqual(['Fusion: Cells\t3\t2'])
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
    await page.getByLabel('A table on this machine').check()
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.getByLabel('Table', { exact: true }).fill('vectors.csv')
    await page.getByText('Give the full path').waitFor()
    await page.getByRole('link', { name: 'Review' }).click()
    await page.getByRole('link', { name: 'Dataset: Label column' }).waitFor()
    expect(await page.getByRole('button', { name: 'Start the search' }).isDisabled()).toBe(true)
    expect(await barriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Dataset: Label column' }).click()
    await page.getByText('Cannot be empty.').first().waitFor()
    expect(await barriers(page)).toEqual([])

    await page.getByLabel('The demo data').check()
    await page.getByRole('link', { name: 'Review' }).click()
    await page.getByRole('button', { name: 'Start the search' }).click()
    const notice = page.getByRole('alert')
    await notice.getByText('the disk is full').waitFor()
    expect(await notice.innerText()).toContain('/home/ada')
    expect(await notice.innerText()).toContain('Free disk space')
    await page.context().close()
    await made.host.close()
  })
})

async function fillDataset(page: Page, table: string): Promise<void> {
  await page.getByLabel('A table on this machine').check()
  await page.getByLabel('Table', { exact: true }).fill(table)
  await page.getByLabel('Label column').fill('label')
  for (const [row, name] of ['left', 'right'].entries()) {
    await page.getByLabel(`Name of modality ${row + 1}`).fill(name)
    await page.getByLabel(`Column of modality ${row + 1}`).fill(name)
    await page.getByLabel(`Type of modality ${row + 1}`).click()
    await page.getByRole('option', { name: 'vector' }).click()
  }
  await page.reload()
  await page.getByLabel('Name of modality 2').waitFor()
  expect(await page.getByLabel('Column of modality 2').inputValue()).toBe('right')
}

/** The settings of `smallConfig`, step by step. */
async function fillSettings(page: Page): Promise<void> {
  await next(page, 'Backbones')
  for (const name of ['left', 'right']) {
    const backbone = (field: string) => page.locator(`[data-setting="backbones.${name}.${field}"] input`)
    await backbone('units').fill('6, 4')
    await backbone('epochs').fill('4')
    await backbone('batchSize').fill('16')
  }
  await next(page, 'Space')
  await fill(page, { 'space.channels': '4', 'space.length': '4' })
  await next(page, 'Strategy and budget')
  await fill(page, {
    'search.epochs': '3',
    'search.batchSize': '16',
    'valuation.samplesNormal': '2',
    'valuation.samplesSparse': '3',
    'valuation.budgetWarmup': '1',
    'valuation.batchSize': '24',
    'training.epochs': '3',
    'training.batchSize': '16',
    'training.repetitions': '2',
    seed: '3',
    threads: '1',
    name: 'from the form',
  })
  await page.getByLabel('Device').click()
  await page.getByRole('option', { name: 'cpu' }).click()
  await next(page, 'Review')
  await page.locator('[data-differences]').waitFor()
}

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [path, value] of Object.entries(values))
    await page.locator(`[data-setting="${path}"] input`).fill(value)
}

/** Presses Next once for every step named. */
async function next(page: Page, ...steps: string[]): Promise<void> {
  for (const step of steps) {
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('region', { name: step }).waitFor()
  }
}

async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}
