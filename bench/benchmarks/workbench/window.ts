import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { startHost, type Host } from '#main/host.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { launchBrowser, openPage } from '../../../test/e2e/browser.ts'

const liveWorker = fileURLToPath(new URL('./live-worker.ts', import.meta.url))

/** The real workbench, host and renderer in a real browser; only its workers compute nothing. */
export interface Window {
  page: Page
  browser: Browser
  workbench: Workbench
  /** Address of a route such as `/runs`. */
  at: (route: string) => string
  /** Milliseconds until the data folder was open and its index up to date. */
  openedMs: number
  close(): Promise<void>
}

export async function openWindow(dataDir: string): Promise<Window> {
  const began = performance.now()
  const report = (problem: object) => console.error(problem)
  const workbench = await createWorkbench({ dataDir, spawnWorker: forkWorkers(liveWorker), report })
  const openedMs = performance.now() - began
  const host: Host = await startHost({ workbench })
  const browser = await launchBrowser()
  const { page } = await openPage(browser)
  await page.goto(host.url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const base = host.url.replace(/#.*/, '')
  return {
    page,
    browser,
    workbench,
    openedMs,
    at: (route) => `${base}#${route}`,
    async close() {
      await browser.close()
      await host.close()
      await workbench.close({ running: 'cancel' })
    },
  }
}

/**
 * Milliseconds from an act in the page to the frame after which `isDone` first holds. Both run in the page and may use
 * nothing from around them.
 */
export async function timeInPage(page: Page, act: () => void, isDone: () => boolean): Promise<number> {
  return await page.evaluate(`(async () => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const isDone = ${isDone}
    const began = performance.now()
    ;(${act})()
    do {
      await nextFrame()
      if (performance.now() - began > 60000) throw new Error('it did not happen within a minute')
    } while (!isDone())
    await nextFrame()
    return performance.now() - began
  })()`)
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
