import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { openPage } from '../../../test/e2e/browser.ts'
import { fixtureConfig } from '../../../test/fixtures/run-events.ts'
import { median, timeInPage, type Window } from './window.ts'

/** One figure beside its target. */
export interface Measure {
  name: string
  value: number
  unit: string
  /** `most`: the value may be no larger; `least`: no smaller. */
  target: { most: number } | { least: number }
  /** The same done with an empty page of the same browser, where that means something. */
  reference?: number
}

const repeats = 5

/** From the address to the first frame with anything on it, and to the first row of runs. */
export async function measureStart({ browser, page, at }: Window): Promise<Measure[]> {
  const paints: number[] = []
  const rows: number[] = []
  for (let i = 0; i < repeats; i++) {
    await page.goto('about:blank')
    await page.goto(at('/runs'))
    await page.locator('[data-row]').first().waitFor()
    rows.push(await page.evaluate(() => performance.now()))
    paints.push(await firstPaintOf(page))
  }
  const { page: empty } = await openPage(browser)
  const references: number[] = []
  for (let i = 0; i < repeats; i++) {
    await empty.goto('data:text/html,<title>empty</title><p>nothing')
    references.push(await firstPaintOf(empty))
  }
  await empty.context().close()
  const reference = median(references)
  return [
    { name: 'start to first paint', value: median(paints), unit: 'ms', target: { most: 1500 }, reference },
    { name: 'start to the first rows', value: median(rows), unit: 'ms', target: { most: 1500 }, reference },
  ]
}

async function firstPaintOf(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    for (;;) {
      const [entry] = performance.getEntriesByName('first-contentful-paint')
      if (entry) return entry.startTime
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
  })
}

/** From another page of the window to the rows of all runs. */
export async function measureRunsPage({ page, at }: Window): Promise<Measure> {
  const times: number[] = []
  for (let i = 0; i < repeats; i++) {
    await page.goto(at('/settings'))
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await wait(300)
    times.push(
      await timeInPage(
        page,
        () => (location.hash = '#/runs'),
        () => document.querySelectorAll('[data-row]').length > 10,
      ),
    )
  }
  return { name: 'Runs opens', value: median(times), unit: 'ms', target: { most: 300 } }
}

/** Frames a second while the list is scrolled from end to end, beside those of an empty page that does nothing. */
export async function measureScrolling({ browser, page, at }: Window): Promise<Measure> {
  await page.goto(at('/runs'))
  await page.locator('[data-row]').first().waitFor()
  const { page: empty } = await openPage(browser)
  await empty.goto('data:text/html,<title>empty</title><p>nothing')
  const reference = await framesASecond(empty)
  await empty.context().close()
  const value = await framesASecond(page)
  return { name: 'Runs scrolls', value, unit: 'frames/s', target: { least: 55 }, reference }
}

/** Whatever scrolls on the page is moved by 90 pixels a frame for three seconds. */
async function framesASecond(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const tall = [...document.querySelectorAll('*')].find(
      ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 10_000,
    )
    const began = performance.now()
    let frames = 0
    while (performance.now() - began < 3000) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      tall?.scrollBy(0, 90)
      frames += 1
    }
    return (1000 * frames) / (performance.now() - began)
  })
}

/** A function whose text travels into the page. */
const inPage = <T = void>(body: string) => new Function(body) as () => T

/** From a click on a column, or a typed word, to other rows. */
export async function measureSortAndFilter({ page, at }: Window): Promise<Measure[]> {
  const changed = async (route: string) => {
    await page.evaluate(() => {
      const shown = () =>
        [...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-row')).join()
      Object.assign(window, { shown, shownBefore: shown() })
    })
    const ms = await timeInPage(
      page,
      inPage(`location.hash = ${JSON.stringify(route)}`),
      inPage<boolean>('const rows = window.shown(); return rows !== "" && rows !== window.shownBefore'),
    )
    await wait(300)
    return ms
  }
  const sorting: number[] = []
  const filtering: number[] = []
  await page.goto('about:blank')
  await page.goto(at('/runs'))
  await page.locator('[data-row]').first().waitFor()
  await wait(500)
  for (const key of ['-score', 'name', 'score', '-name', 'started'])
    sorting.push(await changed(`#/runs?sort=${key}`))
  for (const word of ['cold darts', 'warm', 'deep random', 'seed 3', 'wide bm-nas']) {
    filtering.push(await changed(`#/runs?q=${encodeURIComponent(word)}`))
  }
  return [
    { name: 'Runs sorts', value: median(sorting), unit: 'ms', target: { most: 100 } },
    { name: 'Runs filters', value: median(filtering), unit: 'ms', target: { most: 100 } },
  ]
}

/** From the address of a comparison to its drawn curves. */
export async function measureCompare({ page, at }: Window, runs: readonly string[]): Promise<Measure> {
  const times: number[] = []
  for (let i = 0; i < 3; i++) {
    await page.goto('about:blank')
    await page.goto(at('/settings'))
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await wait(500)
    const route = JSON.stringify(`#/compare?runs=${runs.join()}`)
    times.push(
      await timeInPage(
        page,
        inPage(`location.hash = ${route}`),
        () => document.querySelector('[data-chart=derived-score] [role=img] svg') !== null,
      ),
    )
  }
  return {
    name: `Compare of ${runs.length} runs opens`,
    value: median(times),
    unit: 'ms',
    target: { most: 500 },
  }
}

interface LiveRun {
  id: string
  /** Lets it write its events; answers when the run has ended, and how many seconds that took. */
  write(): Promise<number>
}

/** A run of the live worker, which the window's workbench must have been opened with. */
async function startLiveRun(
  { workbench }: Window,
  dataDir: string,
  pace: { rate: number; count: number },
): Promise<LiveRun> {
  Object.assign(process.env, { LIVE_RATE: String(pace.rate), LIVE_COUNT: String(pace.count) })
  const id = await workbench.handlers['runs.start']({ ...fixtureConfig, name: 'live', device: 'cpu' })
  const ended = new Promise<void>((resolve) => {
    workbench.subscribe((push) => {
      if (push.topic === 'run.changed' && push.summary.id === id && push.summary.state === 'cancelled')
        resolve()
    })
  })
  return {
    id,
    async write() {
      const began = performance.now()
      writeFileSync(join(dataDir, 'runs', id, 'go'), '')
      await ended
      return (performance.now() - began) / 1000
    },
  }
}

/** Numbers of the events that reach the page, as it hears them. */
function watchEvents(page: Page): { readonly seen: Set<number> } {
  const seen = new Set<number>()
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const push = JSON.parse(String(payload)) as { topic: string; events?: { seq: number }[] }
      if (push.topic === 'run.events') for (const { seq } of push.events!) seen.add(seq)
    })
  })
  return { seen }
}

/** A run with 50 events a second, watched for twenty seconds: what the page's process and the host take of a core. */
export async function measureLiveRun(window: Window, dataDir: string): Promise<Measure[]> {
  const { page, at } = window
  const count = 1000
  const live = await startLiveRun(window, dataDir, { rate: 50, count })
  const { seen } = watchEvents(page)
  await page.goto('about:blank')
  await page.goto(at(`/runs/${live.id}`))
  await page.locator('[data-chart=training-loss] [role=img] svg').first().waitFor()
  await wait(3000)
  const known = seen.size
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const before = { page: await taskSeconds(), host: process.cpuUsage() }
  const took = await live.write()
  const pageShare = ((await taskSeconds()) - before.page) / took
  const { user, system } = process.cpuUsage(before.host)
  await wait(1000)
  await session.detach()
  return [
    { name: 'live run, the page', value: 100 * pageShare, unit: '% of a core', target: { most: 10 } },
    {
      name: 'live run, the host',
      value: (user + system) / 1e4 / took,
      unit: '% of a core',
      target: { most: 10 },
    },
    {
      name: 'live run, events lost',
      value: count - (seen.size - known),
      unit: 'events',
      target: { most: 0 },
    },
  ]

  async function taskSeconds(): Promise<number> {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')!.value
  }
}

/** What an hour of a run (5 events a second) leaves in the page's memory, told at a hundred times the pace. */
export async function measureMemory(window: Window, dataDir: string): Promise<Measure> {
  const { page, at } = window
  const live = await startLiveRun(window, dataDir, { rate: 500, count: 18_000 })
  await page.goto('about:blank')
  await page.goto(at(`/runs/${live.id}`))
  await page.locator('[data-chart=training-loss] [role=img] svg').first().waitFor()
  await wait(3000)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const before = await heapBytes()
  await live.write()
  await wait(3000)
  const grown = (await heapBytes()) - before
  await session.detach()
  return { name: 'an hour of live events', value: grown / 2 ** 20, unit: 'MiB', target: { most: 20 } }

  async function heapBytes(): Promise<number> {
    await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'JSHeapUsedSize')!.value
  }
}
