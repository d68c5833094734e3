import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Problem } from '#contract/problem.ts'
import { runEvents } from '../fixtures/run-events.ts'
import { browserMissing, launchBrowser, openPage, type WatchedPage } from './browser.ts'
import { findBarriers } from './find-barriers.ts'
import { startMadeUpHost, type MadeUpHost } from './made-up-host.ts'

if (browserMissing) console.warn(`Runs are not controlled: ${browserMissing}`)

const id = '20260314-live'

describe.skipIf(browserMissing)('the head of a run', () => {
  let browser: Browser
  let made: MadeUpHost
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    made = await startMadeUpHost()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await made?.host.close()
  })
  beforeEach(async () => {
    made.workbench.runs.clear()
    made.workbench.asked.length = 0
    const events = runEvents({ startedAt: Date.now() - 120_000 }).slice(0, 150)
    made.workbench.add(id, events, { name: 'controlled', state: 'running' })
    watched = await openPage(browser)
    page = watched.page
    await page.goto(made.entrance)
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    await page.goto(made.at(`/runs/${id}`))
    await page.getByRole('heading', { name: 'controlled' }).waitFor()
  })
  afterEach(async ({ expect }) => {
    expect(watched.errors).toEqual([])
    await page.context().close()
  })

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const visibleActions = () => page.locator('header button:visible').allInnerTexts()

  it('pauses at once, says that it is pausing, and offers to resume', async () => {
    await button('Pause').click()
    await page.getByText('pausing …').waitFor()
    expect(await button('Pause').isDisabled()).toBe(true)
    made.workbench.change(id, { state: 'paused' })
    await button('Resume').click()
    await expect.poll(() => made.workbench.asked).toEqual([`pause ${id}`, `resume ${id}`])
    expect(await visibleActions()).toEqual(['Export', 'Resume', 'Discard', ''])
  })

  it('cancels without asking again', async () => {
    await button('Cancel').click()
    await page.getByText('stopping …').waitFor()
    expect(made.workbench.asked).toEqual([`cancel ${id}`])
  })

  it('says how many runs are before one that waits, and changes its priority', async () => {
    made.workbench.change(id, { state: 'queued' })
    const queue = (...waiting: string[]) =>
      made.workbench.tell({
        topic: 'queue.changed',
        queue: { slots: [{ device: 'cpu', run: 'other' }], waiting },
      })
    queue('a', 'b', id)
    await page.getByText('waiting, 2 runs before it').waitFor()
    await button('More').click()
    await page.getByRole('menuitem', { name: 'Raise the priority to 1' }).click()
    await expect.poll(() => made.workbench.asked).toEqual([`priority 1 ${id}`])
    made.workbench.change(id, { priority: 1 })
    queue(id, 'a', 'b')
    await page.getByText('waiting for a worker, next to start').waitFor()
    await page.getByText('priority +1').waitFor()
  })

  it('tells what happened to a run that was interrupted, and gives it up only when asked twice', async () => {
    const problem = new Problem('worker-died', id, 'it was ended by a signal').report()
    made.workbench.change(id, { state: 'interrupted', problem: `${problem.message}: ${problem.detail}` })
    await page.getByText('The worker process ended unexpectedly: it was ended by a signal').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await button('Discard').click()
    await button('Keep it').click()
    expect(made.workbench.asked).toEqual([])
    await button('Discard').click()
    await button('Discard the run').click()
    await page.getByText('controlled is in the trash').first().waitFor()
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    expect(made.workbench.asked).toEqual([`discard ${id}`])
  })

  it('says why a run that never began has failed, once, and lets it start again', async () => {
    const problem = new Problem('worker-not-started', id, 'it ended with exit code 4').report()
    made.workbench.change(id, { state: 'failed', problem: `${problem.message}: ${problem.detail}` })
    await page.getByText('ended before it began the run: it ended with exit code 4').waitFor()
    await button('Resume').click()
    await expect.poll(() => made.workbench.asked).toEqual([`resume ${id}`])
  })

  it('says that memory became short, and what that changes', async () => {
    const { events } = made.workbench.runs.get(id)!
    const { seq, at } = events.at(-1)!
    made.workbench.emit(id, [{ type: 'short-of-memory', samples: 64, seq: seq + 1, at }])
    await page.getByText('every coalition is valued for 64 samples at a time').waitFor()
    await page.getByRole('link', { name: 'Log' }).click()
    await page.getByText('Memory was short').waitFor()
    expect(await page.locator('[data-notes]').count()).toBe(0)
  })

  it('goes to the trash by its menu once it is done, and comes back', async () => {
    made.workbench.change(id, { state: 'done' })
    await button('More').click()
    await page.getByRole('menuitem', { name: 'Move to the trash' }).click()
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
    expect(made.workbench.runs.get(id)!.summary.trashed).toBe(true)
    await button('Undo').click()
    await expect.poll(() => made.workbench.runs.get(id)!.summary.trashed).toBe(false)
  })

  it('says why what was asked for was refused', async () => {
    const pause = made.workbench.handlers['runs.pause']
    made.workbench.handlers['runs.pause'] = async () => {
      throw new Problem('not-allowed', id, 'it runs on the machine elsewhere')
    }
    await button('Pause').click()
    await page.getByText('it runs on the machine elsewhere').waitFor()
    expect(await button('Pause').isEnabled()).toBe(true)
    made.workbench.handlers['runs.pause'] = pause
  })
})
