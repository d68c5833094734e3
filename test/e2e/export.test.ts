import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantFile } from '../fixtures/grant-file.ts'
import { smallConfig, writeVectorTable } from '../fixtures/small-run.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { readZip } from '../fixtures/read-zip.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost } from './made-up-host.ts'
import { startRealHost, type RealHost } from './real-host.ts'

if (browserMissing) console.warn(`No run is exported: ${browserMissing}`)

/** Pictures for those who look, where SHOTS names a folder. */
const shots = process.env['SHOTS']
async function shoot(page: Page, name: string) {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `${name}.png`) })
}

describe.skipIf(browserMissing)('the export of a run', () => {
  let real: RealHost
  let browser: Browser
  let id: string

  beforeAll(async () => {
    real = await startRealHost()
    const table = writeVectorTable(join(real.dataDir, 'tables'))
    await grantFile(real.workbench.handlers, 'Data folder', 'tables', 'vectors.csv')
    id = await real.workbench.handlers['runs.start']({ ...smallConfig(table), name: 'tiny' })
    const state = async () => (await real.workbench.handlers['runs.get'](id)).summary.state
    while (['queued', 'running'].includes(await state())) await wait(200)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await real?.close()
  })

  it('is made by clicks, lies on the disk, and is downloaded whole and in parts', async () => {
    const { page, errors, foreign } = await openPage(browser)
    await page.goto(real.host.url)
    await page.getByRole('link', { name: 'tiny' }).first().click()
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Export the run' })
    await dialog.getByText('made by the run itself').waitFor()
    expect(page.url()).toContain('export=open')
    for (const name of [
      'PyTorch module',
      'Genotype',
      'Picture of the architecture',
      'Tables',
      'Model Explorer overlay',
    ])
      await dialog.getByLabel(name, { exact: true }).check()
    await dialog.getByLabel('Repetition').click()
    await page.getByRole('option', { name: /^2: validation/ }).click()
    await shoot(page, 'chosen')
    await dialog.getByRole('button', { name: 'Export 7 parts' }).click()
    await dialog.getByText('just made').waitFor({ timeout: 120_000 })
    await dialog
      .getByText(/\d+ golden samples, largest difference of a logit/)
      .first()
      .waitFor()
    await shoot(page, 'made')

    const exports = join(real.dataDir, 'runs', id, 'exports')
    const name = readdirSync(exports).find((folder) => folder !== 'model')!
    expect(readdirSync(join(exports, name)).sort()).toEqual([
      'csv',
      'export.json',
      'genotype',
      'onnx',
      'overlay',
      'pytorch',
      'report',
      'svg',
    ])
    const card = JSON.parse(readFileSync(join(exports, name, 'onnx', 'model.json'), 'utf8'))
    expect(card.repetition).toBe(1)

    const row = dialog.locator(`[data-export="${name}"]`)
    const saving = page.waitForEvent('download')
    await row.getByRole('button', { name: 'Download', exact: true }).click()
    const archive = await saving
    expect(archive.suggestedFilename()).toBe(`${id}-${name}.zip`)
    const files = readZip(readFileSync(await archive.path()))
    for (const path of ['onnx/model.onnx', 'pytorch/model.py', 'report/report.html'])
      expect(files.get(`${id}-${name}/${path}`)).toEqual(readFileSync(join(exports, name, path)))

    const savingReport = page.waitForEvent('download')
    await row.getByRole('button', { name: 'Download report/report.html alone' }).click()
    const report = readFileSync(await (await savingReport).path(), 'utf8')
    await page.reload()
    await dialog.getByText('made by the run itself').waitFor()
    expect(await dialog.locator('[data-export]').count()).toBe(2)
    await dialog.getByText('on the disk together').waitFor()
    await shoot(page, 'before-removal')
    const own = dialog.locator('[data-export="model"]')
    expect(await own.getByRole('button', { name: /^Remove/ }).count()).toBe(0)
    const bin = row.getByRole('button', { name: /^Remove the export of/ })
    await bin.click()
    await page.getByText('are removed from the disk for good').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await shoot(page, 'asked')
    await page.getByRole('button', { name: 'Keep it' }).click()
    expect(await dialog.locator('[data-export]').count()).toBe(2)
    await bin.click()
    await page.getByRole('button', { name: 'Remove it' }).click()
    await dialog.getByText(/Removed: .* of the disk are free again/).waitFor()
    await expect.poll(() => dialog.locator('[data-export]').count()).toBe(1)
    expect(readdirSync(exports)).toEqual(['model'])
    await shoot(page, 'removed')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.url()).not.toContain('export=')
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
    await readsWithoutAnything(report)
  })

  /** The report in a browser that may reach nothing. */
  async function readsWithoutAnything(report: string) {
    const { page, errors, foreign } = await openPage(browser, { scheme: 'dark' })
    await page.setContent(report)
    await page.getByRole('heading', { name: 'What does each choice contribute?' }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    await shoot(page, 'report-dark')
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  }

  it('says what a run cannot give yet, and has no serious barrier', async () => {
    const made = await startMadeUpHost()
    const events = runEvents()
    made.workbench.add('half', events.slice(0, Math.floor(events.length / 2)), { name: 'half' })
    made.workbench.handlers['exports.list'] = async () => ({ exports: [], running: null, desktop: true })
    for (const scheme of ['light', 'dark'] as const) {
      const { page, errors } = await openPage(browser, { scheme, width: scheme === 'light' ? 1280 : 1920 })
      await page.goto(made.entrance)
      await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
      await page.goto(made.at('/runs/half?export=open'))
      const dialog = page.getByRole('dialog', { name: 'Export the run' })
      await dialog.getByText('None yet').waitFor()
      expect(await dialog.getByLabel('ONNX model').isDisabled()).toBe(true)
      await dialog.getByText('the run has not finished, so it has no trained model').first().waitFor()
      await shoot(page, `half-${scheme}`)
      expect(await findBarriers(page)).toEqual([])
      expect(errors).toEqual([])
      await page.context().close()
    }
    await made.host.close()
  })
})
