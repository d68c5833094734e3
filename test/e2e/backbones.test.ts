import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Host } from '#main/host.ts'
import type { Workbench } from '#main/workbench.ts'
import { imageFile, twoInputsFile } from '../fixtures/onnx-files.ts'
import { folderForAll } from '../fixtures/temporary-folder.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startRealHost, type RealHost } from './real-host.ts'

if (browserMissing) console.warn(`No backbone is imported: ${browserMissing}`)

describe.skipIf(browserMissing)('backbones in the window', () => {
  const root = folderForAll()
  let real: RealHost
  let workbench: Workbench
  let host: Host
  let browser: Browser
  const at = (route: string) => host.url.replace(/#.*/, `#${route}`)

  beforeAll(async () => {
    mkdirSync(join(root, 'files'))
    writeFileSync(join(root, 'files', 'pictures.onnx'), imageFile())
    writeFileSync(join(root, 'files', 'pair.onnx'), twoInputsFile())
    writeFileSync(join(root, 'files', 'notes.txt'), 'no model')
    real = await startRealHost({ roots: [join(root, 'files')] })
    ;({ workbench, host } = real)
    browser = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await real?.close()
  })

  it('are imported, refused with a reason, tapped, and chosen for a search, by clicks and keys', async () => {
    const { page, errors, foreign } = await openPage(browser)
    await page.goto(host.url)
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    await page.getByText('None yet. Import one above').waitFor()
    await page.getByText('No run has finished yet.').waitFor()
    const choose = async (file: string) => {
      await page.getByRole('button', { name: 'Import an ONNX file' }).click()
      const listed = page.getByRole('listbox', { name: 'Folders and files' })
      await listed
        .getByRole('option', { name: 'files' })
        .or(listed.getByRole('option', { name: file }))
        .first()
        .waitFor()
      const root = page.getByRole('dialog').getByRole('button', { name: 'files', exact: true })
      await root.first().click()
      expect(await listed.getByText('notes.txt').count()).toBe(0)
      await listed.getByRole('option', { name: file }).click()
    }
    await choose('pair.onnx')
    await page.getByRole('alert').getByText('it has 2 inputs (a, b), not one').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()

    await choose('pictures.onnx')
    await page.getByRole('heading', { name: 'pictures', exact: true }).waitFor()
    await page.getByText('reads images of 8 × 8').waitFor()
    const row = (tap: string) => page.locator(`tr[data-tap="${tap}"]`)
    expect(await row('stage1').getByRole('checkbox').isChecked()).toBe(true)
    await page.getByRole('button', { name: 'None' }).click()
    await page.getByText('0 of at most 6 chosen').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('transpose 4×4')
    await page.waitForURL(/find=transpose/)
    expect(await page.locator('tr[data-tap]').count()).toBe(1)
    await row('stage0').getByRole('checkbox').check()
    await page.getByRole('searchbox', { name: 'Filter the tensors' }).fill('')
    await row('logits').getByRole('checkbox').check()
    await page.getByText('2 of at most 6 chosen').waitFor()
    await page.getByRole('combobox', { name: 'Pixels become' }).click()
    await page.getByRole('option', { name: '0 to 255' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(async () => (await workbench.handlers['backbones.list']())[0].picture?.range).toBe(255)
    await page.reload()
    await page.getByText('2 of at most 6 chosen').waitFor()

    await page.goto(at('/new?step=backbones'))
    await page.getByRole('combobox', { name: 'Backbone of image' }).click()
    await page.getByRole('option', { name: 'pictures (imported)' }).click()
    await page.getByText('The file is not trained further.').waitFor()
    await page.getByText('2 of at most 6 chosen').waitFor()
    const { id } = (await workbench.handlers['backbones.list']())[0]
    await page.goto(at('/new?step=review'))
    await page.getByText(`the file ${id}, tensors stage0, logits`).first().waitFor()
    expect({ errors, foreign }).toEqual({ errors: [], foreign: [] })
  }, 60_000)

  it.each(['light', 'dark'] as const)(
    'have no barriers in the %s theme',
    async (scheme) => {
      const { page, errors } = await openPage(browser, { scheme })
      await page.goto(host.url)
      await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
      await page.goto(at('/backbones'))
      await page.getByRole('link', { name: 'pictures' }).waitFor()
      expect(await findBarriers(page)).toEqual([])
      await page.getByRole('link', { name: 'pictures' }).click()
      await page.getByRole('heading', { name: 'Which tensors are features?' }).waitFor()
      expect(await findBarriers(page)).toEqual([])
      await page.goto(at('/new?step=backbones'))
      await page.getByRole('combobox', { name: 'Backbone of image' }).waitFor()
      expect(await findBarriers(page)).toEqual([])
      expect(errors).toEqual([])
    },
    60_000,
  )

  it('are taken out of the library, after a question', async () => {
    const { page } = await openPage(browser)
    await page.goto(host.url)
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
    await page.goto(at('/backbones'))
    await page.getByRole('link', { name: 'pictures' }).click()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('None yet. Import one above').waitFor()
    expect(await workbench.handlers['backbones.list']()).toEqual([])
  }, 60_000)
})
