import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Host } from '#main/host.ts'
import type { Workbench } from '#main/workbench.ts'
import { grantFile } from '../fixtures/grant-file.ts'
import { folderForAll } from '../fixtures/temporary-folder.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startRealHost, type RealHost } from './real-host.ts'

if (browserMissing) console.warn(`No table is imported: ${browserMissing}`)

describe.skipIf(browserMissing)('a table in the window', () => {
  const root = folderForAll()
  const table = join(root, 'mine', 'shapes.csv')
  let real: RealHost
  let workbench: Workbench
  let host: Host
  let browser: Browser
  const at = (route: string) => host.url.replace(/#.*/, `#${route}`)

  beforeAll(async () => {
    cpSync(join(import.meta.dirname, '../fixtures/table'), join(root, 'mine'), { recursive: true })
    writeFileSync(join(root, 'mine', 'notes.md'), 'no table')
    appendFileSync(table, 'images/none.png,nothing is here,1 2 3 4,circle,f99\n')
    real = await startRealHost({ roots: [join(root, 'mine')] })
    ;({ workbench, host } = real)
    browser = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await real?.close()
  })

  it('is found, understood, checked, mended by a setting, imported and looked at, by clicks and keys', async () => {
    const { page, errors, foreign } = await openPage(browser)
    await page.goto(host.url)
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.getByText('Only the built-in data so far').waitFor()
    await page.getByRole('button', { name: 'Import a table' }).click()
    await page.getByRole('option', { name: 'shapes.csv' }).waitFor()
    expect(await page.getByRole('option').allInnerTexts()).toEqual([
      expect.stringContaining('images'),
      expect.stringContaining('shapes.csv'),
    ])
    expect(await findBarriers(page)).toEqual([])
    await chooseByKeys(page)

    await page.locator('[data-columns]').waitFor()
    const uses = await page.locator('[data-column] button[role=combobox]').allInnerTexts()
    expect(uses.map((use) => use.replace(' (modality)', ''))).toEqual([
      'images',
      'texts',
      'vectors',
      'label',
      'group',
    ])
    await use(page, 'family', 'not used')
    await use(page, 'caption', 'not used')
    await use(page, 'measures', 'not used')
    await page.getByText('At least two columns must be modalities').waitFor()
    expect(await page.getByRole('button', { name: 'Check the table' }).isDisabled()).toBe(true)
    await use(page, 'caption', 'texts (modality)')
    await page.getByLabel('Name of the modality in caption').fill('words')
    await page.getByRole('button', { name: 'Check the table' }).click()

    const report = page.locator('[data-report]')
    await report.getByText('1 row of 31 cannot be used.').waitFor({ timeout: 30_000 })
    const cells = await report.locator('[data-rejected] tbody td').allInnerTexts()
    expect(cells.map((cell) => cell.trim())).toEqual([
      '32',
      'picture',
      'images/none.png',
      'the picture cannot be read: there is no such file',
    ])
    expect(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true)
    const saved = page.waitForEvent('download')
    await report.getByRole('button', { name: 'Save as CSV' }).click()
    expect(readFileSync(await (await saved).path(), 'utf8')).toBe(
      'row,column,value,reason\r\n32,picture,images/none.png,the picture cannot be read: there is no such file\r\n',
    )
    expect(await findBarriers(page)).toEqual([])

    await page.getByLabel('Leave rows out that cannot be used').check()
    await page.getByText('The choices above have changed').waitFor()
    await page.reload()
    await page.getByText('The table is checked first').waitFor()
    expect(await page.getByLabel('Name of the modality in caption').inputValue()).toBe('words')
    await page.getByRole('button', { name: 'Check the table' }).click()
    await report.getByText('1 row of 31 cannot be used and is left out').waitFor({ timeout: 30_000 })
    await page.getByLabel('Name of the dataset').fill('my shapes')
    await page.getByRole('button', { name: 'Import', exact: true }).click()

    await page.getByRole('heading', { name: 'my shapes' }).waitFor({ timeout: 30_000 })
    await page.getByText('30 samples in 3 classes').waitFor()
    expect(await page.locator('[data-class-balance] tbody tr').first().innerText()).toMatch(
      /^circle\s+6\s+2\s+2\s+33 %$/,
    )
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Samples' }).click()
    await page.locator('[data-sample] img').first().waitFor()
    await page.getByRole('button', { name: /^test/ }).click()
    await expect.poll(() => page.locator('[data-sample]').count()).toBe(6)
    await page.getByLabel('Class').click()
    await page.getByRole('option', { name: 'square' }).click()
    await expect.poll(() => page.locator('[data-sample]').count()).toBe(2)
    await page.reload()
    await expect.poll(() => page.locator('[data-sample]').count()).toBe(2)
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Rows left out (1)' }).click()
    await page.getByText('images/none.png').waitFor()
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  }, 120_000)

  it('tells when its file has changed, is read again, renamed and removed', async () => {
    const { page, errors } = await openPage(browser, { scheme: 'dark' })
    await page.goto(host.url)
    writeFileSync(table, readFileSync(table, 'utf8').trimEnd().split('\n').slice(0, -1).join('\n'))
    await page.goto(at('/datasets'))
    await page.getByText('file has changed').waitFor()
    expect(await findBarriers(page)).toEqual([])
    for (let row = 0; row < 3; row++) await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Read it again' }).click()
    await page.getByText('All 30 rows can be used.').waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByLabel('Name', { exact: true }).fill('shapes again')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'shapes again' }).waitFor()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('Only the built-in data so far').waitFor()
    expect(errors).toEqual([])
    await page.context().close()
  }, 60_000)

  it('may have several labels a sample: what stands between them is found, and the labels are described', async () => {
    const lines = Array.from({ length: 60 }, (_, at) => {
      const labels = [at % 2 ? 'wide' : 'tall', ...(at % 3 ? ['red'] : [])]
      return `the thing number ${at},${at} ${at % 7},${at % 10 ? labels.join('|') : ''}`
    })
    writeFileSync(join(root, 'mine', 'things.csv'), ['text,sizes,tags', ...lines].join('\n'))
    const grant = await grantFile(workbench.handlers, 'mine', 'things.csv')
    const { page, errors } = await openPage(browser)
    await page.goto(host.url)
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
    await page.goto(at(`/datasets/import?grant=${grant}&file=things.csv`))
    const between = page.getByLabel('Between several labels of a sample stands')
    expect(await between.inputValue()).toBe('|')
    await page.getByText('its cells hold several of 3 labels').waitFor()
    await page.getByRole('button', { name: 'Check the table' }).click()
    await page.getByText('6 samples have no label.').waitFor({ timeout: 30_000 })
    await page.getByRole('heading', { name: 'Are the labels balanced?' }).waitFor()
    expect(await page.locator('[data-class-balance] tbody tr').count()).toBe(3)
    expect(await findBarriers(page)).toEqual([])
    await between.fill('')
    await page.getByText('The choices above have changed').waitFor()
    expect(errors).toEqual([])
    await page.context().close()
  }, 120_000)

  it('that is none, or that another window chose, is refused with what to do', async () => {
    const { page } = await openPage(browser)
    await page.goto(host.url)
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
    await page.goto(at('/datasets/import?grant=aaaaaaaaaaaaaaaaaaaaaa&file=x.csv'))
    await page.getByRole('alert').getByText('it was not chosen since Shapwright was opened').waitFor()
    await page.goto(at('/datasets/none'))
    await page.getByRole('alert').getByText('There is no such dataset').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.context().close()
  }, 60_000)
})

/** Filters the list of files, and opens what is left by Enter. */
async function chooseByKeys(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Filter this folder' }).fill('SHAPES')
  await expect.poll(() => page.getByRole('option').count()).toBe(1)
  await page.keyboard.press('Enter')
}

async function use(page: Page, column: string, use: string): Promise<void> {
  await page.getByLabel(`Use of the column ${column}`).click()
  await page.getByRole('option', { name: use, exact: true }).click()
}
