import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foldEvents, latest } from '#contract/run/state.ts'
import { readCheckpoint } from '#worker/run-directory/checkpoint.ts'
import { effectiveEvents, readEvents, readStatus, runPaths } from '#worker/run-directory/read.ts'
import { writeVectorTable } from '../fixtures/small-run.ts'
import { folderForAll } from '../fixtures/temporary-folder.ts'
import { HostProcess } from '../src-main/host-process.ts'
import { browserMissing, launchBrowser, openPage } from './browser.ts'
import { buildWindow } from './build-window.ts'
import { expectPageAsLog } from './expect-page-as-log.ts'
import { fillFields, fillSmallSearch, nextSteps } from './fill-small-search.ts'
import { findBarriers } from './find-barriers.ts'

if (browserMissing) console.warn(`No day is spent: ${browserMissing}`)

/** A search that goes on for long enough to be acted upon. */
const epochs = 40

describe.skipIf(browserMissing)("a user's day", () => {
  const root = folderForAll()
  const dataDir = join(root, 'data')
  const directoryOf = (id: string) => join(dataDir, 'runs', id)
  let host: HostProcess
  let browser: Browser

  beforeAll(async () => {
    writeVectorTable(join(root, 'mine'))
    await buildWindow()
    browser = await launchBrowser()
    host = await HostProcess.open(dataDir, '--root', join(root, 'mine'))
  })
  afterAll(async () => {
    await browser?.close()
    await host?.end('SIGTERM')
  })

  it('from a table to two explained, compared and exported runs, over a killed host, without a terminal', async () => {
    const { page, errors, foreign } = await openPage(browser)
    await page.goto(host.url)
    await importTable(page)
    await page.getByRole('link', { name: 'New search on this' }).click()
    await fillSmallSearch(page, { 'search.epochs': String(epochs), name: 'morning' })
    const first = await startSearch(page)
    await watchAndReload(page, first)
    await pauseAndResume(page, first)
    await ended(page)

    await repeatWithChanges(page)
    const second = await startSearch(page)
    await cancelAndResume(page, second)
    expect(errors).toEqual([])
    await killHost(page, first, second)
    errors.length = 0
    await ended(page)
    expectNothingLost(second)

    await readLedger(page, first)
    await lookAtSamples(page, first)
    await exportRun(page, first)
    await compare(page, first, second)
    await trashAndRestore(page, second)
    for (const id of [first, second]) {
      await openRun(page, id)
      await page.locator('tr[data-model=derived]').waitFor()
      await expectPageAsLog(page, foldEvents(readEvents(directoryOf(id))))
    }
    expect(errors).toEqual([])
    expect(foreign).toEqual([])
    await page.context().close()
  })

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const goToRuns = (page: Page) =>
    page
      .getByRole('navigation', { name: 'Workbench' })
      .getByTitle(/^Runs /)
      .click()
  const stateOf = (id: string) => readStatus(directoryOf(id)).state
  const epochsOf = (id: string) =>
    effectiveEvents(readEvents(directoryOf(id))).flatMap((event) =>
      event.type === 'search-epoch' ? [event.epoch] : [],
    )
  const noBarriers = async (page: Page) => expect(await findBarriers(page)).toEqual([])
  /** The run whose page is open has come to its end. */
  const ended = (page: Page) => page.getByText(', took').waitFor({ timeout: 600_000 })

  async function importTable(page: Page) {
    await page.getByText('No runs yet').waitFor()
    await noBarriers(page)
    await page.getByRole('link', { name: 'Datasets' }).first().click()
    await page.getByRole('button', { name: 'Import a table' }).click()
    await page.getByRole('option', { name: 'vectors.csv' }).click()
    await page.locator('[data-columns]').waitFor()
    await button(page, 'Check the table').click()
    await page.getByText('All 120 rows can be used.').waitFor({ timeout: 60_000 })
    await noBarriers(page)
    await page.getByLabel('Name of the dataset').fill('two vectors')
    await button(page, 'Import').click()
    await page.getByText('120 samples in 3 classes').waitFor({ timeout: 60_000 })
    await noBarriers(page)
  }

  async function startSearch(page: Page): Promise<string> {
    await noBarriers(page)
    await button(page, 'Start the search').click()
    await expect.poll(() => page.url()).toContain('#/runs/')
    await page.getByRole('timer').waitFor({ timeout: 60_000 })
    return page.url().split('/').at(-1)!
  }

  async function watchAndReload(page: Page, id: string) {
    await page.locator('tr[data-player]').first().waitFor({ timeout: 120_000 })
    const seen = epochsOf(id).length
    expect(seen).toBeGreaterThan(0)
    await page.reload()
    await page.getByRole('heading', { name: 'morning' }).waitFor()
    await page.locator('tr[data-player]').first().waitFor()
    const shown = await page
      .getByText(/^\s*epoch \d+/)
      .first()
      .innerText()
    expect(Number(/\d+/.exec(shown)![0])).toBeGreaterThanOrEqual(seen)
    await noBarriers(page)
  }

  async function pauseAndResume(page: Page, id: string) {
    await button(page, 'Pause').click()
    await button(page, 'Resume').waitFor({ timeout: 60_000 })
    expect(stateOf(id)).toBe('paused')
    expect(epochsOf(id).length).toBeLessThan(epochs)
    await noBarriers(page)
    await button(page, 'Resume').click()
    await page.getByRole('timer').waitFor({ timeout: 60_000 })
  }

  async function repeatWithChanges(page: Page) {
    await button(page, 'More').click()
    await page.getByRole('menuitem', { name: 'Repeat with changes' }).click()
    await page.getByText('repeats').waitFor()
    await nextSteps(page, 'Backbones', 'Space')
    await fillFields(page, { 'space.cells': '1' })
    await nextSteps(page, 'Strategy and budget')
    await fillFields(page, { seed: '4', name: 'afternoon' })
    await nextSteps(page, 'Review')
    await page.getByRole('heading', { name: 'Changes against the run morning' }).waitFor()
    const changed = await page.locator('[data-differences] tbody tr').allInnerTexts()
    expect(changed.find((row) => row.includes('Cells'))).toBe('Fusion: Cells\t1\t2')
  }

  async function cancelAndResume(page: Page, id: string) {
    await page.locator('tr[data-player]').first().waitFor({ timeout: 120_000 })
    await button(page, 'Cancel').click()
    await button(page, 'Resume').waitFor({ timeout: 60_000 })
    expect(stateOf(id)).toBe('cancelled')
    await button(page, 'Resume').click()
    await page.getByRole('timer').waitFor({ timeout: 60_000 })
  }

  /** Kills the host while `running` is worked on, and opens it anew at the same port; the page stays open. */
  async function killHost(page: Page, done: string, running: string) {
    const log = readFileSync(runPaths(directoryOf(done)).events)
    const before = epochsOf(running).length
    await expect.poll(() => epochsOf(running).length, { timeout: 60_000 }).toBeGreaterThan(before)
    expect(stateOf(running)).toBe('running')
    await host.end('SIGKILL')
    const held = readCheckpoint(directoryOf(running))!.afterSeq
    await page.getByText('connects again by itself').waitFor()
    host = await HostProcess.open(dataDir, '--port', new URL(host.url).port)
    await page.getByText('This browser is not let in').waitFor({ timeout: 60_000 })
    await noBarriers(page)
    await page.goto(host.url)
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await page.getByRole('link', { name: 'afternoon' }).click()
    await button(page, 'Resume').waitFor({ timeout: 60_000 })
    expect(stateOf(running)).toBe('interrupted')
    expect(readCheckpoint(directoryOf(running))!.afterSeq).toBeGreaterThanOrEqual(held)
    expect(readFileSync(runPaths(directoryOf(done)).events)).toEqual(log)
    await noBarriers(page)
    await button(page, 'Resume').click()
  }

  function expectNothingLost(id: string) {
    expect(epochsOf(id)).toEqual(Array.from({ length: epochs }, (_, epoch) => epoch))
    expect(readEvents(directoryOf(id)).filter(({ type }) => type === 'resumed').length).toBe(2)
  }

  async function openRun(page: Page, id: string) {
    await goToRuns(page)
    await page.locator(`[data-row="${id}"]`).click()
  }

  async function readLedger(page: Page, id: string) {
    await openRun(page, id)
    await page.getByRole('link', { name: 'Contributions' }).click()
    const verdicts = page.locator('[data-verdict]')
    await verdicts.first().waitFor()
    for (const text of await verdicts.allInnerTexts())
      expect(text).toMatch(/\bleads .+ points|\bhas the largest φ/)
    await page.getByRole('button', { name: /^φ in points/ }).click()
    const state = foldEvents(readEvents(directoryOf(id)))
    const kept = latest(state, 'searched')!.epoch
    const { contributions } = state.byType['search-epoch'][kept].shapley!
    const phi = new Map(contributions.map((found) => [found.id, found.phi]))
    const players = () =>
      page
        .locator('tr[data-player]')
        .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['player']!))
    await expect.poll(async () => phi.get((await players())[0])).toBe(Math.max(...phi.values()))
    const sorted = (await players()).map((player) => phi.get(player)!)
    expect(sorted).toEqual(sorted.toSorted((a, b) => b - a))
    await noBarriers(page)
  }

  async function lookAtSamples(page: Page, id: string) {
    await page.getByRole('link', { name: 'Results' }).click()
    await page.locator('[data-sample]').first().waitFor()
    const { labels, predicted } = latest(foldEvents(readEvents(directoryOf(id))), 'predictions')!
    const wrong = labels.filter((label, i) => label !== predicted[i]).length
    await page.getByText(`${labels.length - wrong} of ${labels.length}`).waitFor()
    await page.getByLabel('wrong only').check()
    await page.getByText(`${wrong} of ${labels.length} test samples`).waitFor()
    expect(await page.locator('[data-missing]').count()).toBe(0)
    await noBarriers(page)
  }

  async function exportRun(page: Page, id: string) {
    await button(page, 'Export').click()
    const dialog = page.getByRole('dialog', { name: 'Export the run' })
    await dialog.getByText('made by the run itself').waitFor()
    await noBarriers(page)
    await button(page, 'Export 2 parts').click()
    await dialog.getByText('just made').waitFor({ timeout: 120_000 })
    const { exports } = runPaths(directoryOf(id))
    const made = readdirSync(exports).find((folder) => folder !== 'model')!
    for (const file of ['onnx/model.onnx', 'report/report.html'])
      expect(statSync(join(exports, made, file)).size).toBeGreaterThan(1000)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }

  async function compare(page: Page, ...ids: string[]) {
    await goToRuns(page)
    for (const name of ['morning', 'afternoon']) await page.getByLabel(`Choose ${name}`).click()
    await page.getByRole('button', { name: 'Compare' }).click()
    const rows = page.locator('[data-compare-scores] tr[data-run]')
    await rows.nth(1).waitFor()
    const shown = await rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['run']!))
    expect(shown.toSorted()).toEqual(ids.toSorted())
    expect(await page.locator('[data-verdict]').innerText()).toMatch(/morning|afternoon|run [AB]/)
    await noBarriers(page)
  }

  async function trashAndRestore(page: Page, id: string) {
    await goToRuns(page)
    await page.getByLabel('Choose afternoon').click()
    await page.getByRole('button', { name: 'Move to trash' }).click()
    await page.locator(`[data-row="${id}"]`).waitFor({ state: 'detached' })
    expect(readdirSync(join(dataDir, 'trash'))).toContain(id)
    await page.getByRole('button', { name: /^Trash/ }).click()
    await page.getByRole('heading', { name: 'Trash' }).waitFor()
    await page.getByLabel('Choose afternoon').click()
    // The message with its Undo keeps focusable places for the keyboard that axe takes for hidden content.
    await page.getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' })
    await noBarriers(page)
    await page.getByRole('button', { name: 'Restore' }).click()
    await page.getByText('The trash is empty').waitFor()
    expect(readdirSync(join(dataDir, 'runs'))).toContain(id)
    await page.getByRole('button', { name: 'Back to the runs' }).first().click()
    await page.locator(`[data-row="${id}"]`).waitFor()
  }
})
