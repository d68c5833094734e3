// Pictures for the guide: both pages, light and dark, from a data folder with a finished run.
//   npm run screenshots [-- --data-dir <folder>] [--run <id>]
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Problem, reportOf } from '#contract/problem.ts'
import { ensureBuilt } from '#main/build.ts'
import { defaultDataDir } from '#main/data-dir.ts'
import { startHost } from '#main/host.ts'
import { packageRoot } from '#main/package-root.ts'
import { printProblem } from '#main/print-problem.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { grantFile } from '../test/fixtures/grant-file.ts'
import { browserMissing, launchBrowser, openPage } from '../test/e2e/browser.ts'
import { allRuns } from '../test/fixtures/all-runs.ts'

const folder = join(packageRoot, 'docs', 'guide', 'images')
const schemes = ['light', 'dark'] as const

try {
  const options = { 'data-dir': { type: 'string' }, run: { type: 'string' } } as const
  const { values } = parseArgs({ options })
  if (browserMissing) throw new Problem('file-not-found', 'chromium', browserMissing)
  const dataDir = values['data-dir'] ?? defaultDataDir()
  await ensureBuilt('renderer')
  const workbench = await createWorkbench({ dataDir, spawnWorker: forkWorkers(), report: printProblem })
  try {
    await takePictures(workbench, values.run ?? (await newestFinished(workbench, dataDir)))
  } finally {
    await workbench.close()
  }
} catch (error) {
  printProblem(reportOf(error))
  process.exitCode = 2
}

/** @throws Problem `run-not-found` when no run is done. */
async function newestFinished(workbench: Workbench, dataDir: string): Promise<string> {
  const { rows: runs } = await workbench.handlers['runs.query'](allRuns)
  const [newest] = runs.filter(({ state }) => state === 'done').toSorted((a, b) => b.createdAt - a.createdAt)
  if (!newest) throw new Problem('run-not-found', dataDir, 'no run is done; `npm run demo` makes one')
  return newest.id
}

async function takePictures(workbench: Workbench, run: string): Promise<void> {
  const host = await startHost({ workbench })
  const browser = await launchBrowser()
  await mkdir(folder, { recursive: true })
  const table = await grantFile(
    workbench.handlers,
    'Started in',
    ...'test/fixtures/table/shapes.csv'.split('/'),
  )
  const studies = (await workbench.handlers['studies.list']()).slice(0, 1)
  const views = [
    { name: 'runs', route: '/runs', ready: '[data-row]' },
    { name: 'runs-inspector', route: `/runs?inspect=${run}`, ready: 'aside dl' },
    { name: 'run', route: `/runs/${run}`, ready: '[data-chart=training-loss] [role=img] svg' },
    { name: 'new-search', route: '/new?preset=demo&step=review', ready: '[data-estimate] table' },
    ...studies.map(({ id }) => ({ name: 'study', route: `/studies/${id}`, ready: '[data-study-table] tr' })),
    { name: 'contributions', route: `/runs/${run}?tab=contributions`, ready: 'tr[data-player]' },
    { name: 'results', route: `/runs/${run}?tab=results`, ready: '[data-sample]' },
    { name: 'export', route: `/runs/${run}?export=open`, ready: '[data-export]' },
    ...(await comparisonOf(workbench)),
    { name: 'datasets', route: '/datasets', ready: '[data-dataset]' },
    { name: 'import', route: `/datasets/import?grant=${table}&file=shapes.csv`, ready: '[data-columns]' },
    { name: 'explore', route: '/explore', ready: '[data-explore-table] [data-place]' },
  ]
  for (const scheme of schemes) {
    const { page } = await openPage(browser, { scheme, width: 1440, height: 900 })
    await page.goto(host.url)
    await page.locator('[data-row]').first().waitFor()
    for (const { name, route, ready } of views) {
      await page.goto(host.url.replace(/#.*/, `#${route}`))
      await page.locator(ready).first().waitFor({ timeout: 120_000 })
      // Fonts and the fit of the graph settle within a few frames.
      await page.waitForTimeout(500)
      const path = join(folder, `${name}-${scheme}.png`)
      await page.screenshot({ path })
      console.log(path)
    }
    await page.context().close()
  }
  await browser.close()
  await host.close()
}

/** The newest finished runs side by side; nothing where there are not two of them. */
async function comparisonOf(workbench: Workbench): Promise<{ name: string; route: string; ready: string }[]> {
  const done = (await workbench.handlers['runs.query'](allRuns)).rows.filter(({ state }) => state === 'done')
  const ids = done.slice(0, 6).map(({ id }) => id)
  if (ids.length < 2) return []
  return [{ name: 'compare', route: `/compare?runs=${ids.join(',')}`, ready: '[data-chart] [role=img] svg' }]
}
