// Pictures for the README and the guide, each in light and dark.
//   npm run screenshots [-- --data-dir <folder>] [--fill] [--only <name>,<name>]
// The data folder needs finished runs of the presets demo and icons, a study, an imported table and a few more finished
// runs. --fill brings these about first, about a quarter of an hour on two cores: `npm run screenshots -- --data-dir /tmp/pictures --fill`.
// A page is a line of `viewsOf`; the guide shows its picture as it does the others.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { Problem, reportOf } from '#contract/problem.ts'
import { ensureBuilt } from '#main/build.ts'
import { defaultDataDir } from '#main/data-dir.ts'
import { startHost } from '#main/host.ts'
import { packageRoot } from '#main/package-root.ts'
import { printProblem } from '#main/print-problem.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { browserMissing, launchBrowser, openPage } from '../test/e2e/browser.ts'
import { allRuns } from '../test/fixtures/all-runs.ts'
import { grantFile } from '../test/fixtures/grant-file.ts'
import { fillForPictures } from './picture-data.ts'

const folder = join(packageRoot, 'docs', 'guide', 'images')
const exploredAxes = [
  'strategy',
  'setting:space.channels',
  'seed',
  'cost',
  'latency',
  'parameters',
  'gain',
  'score',
].join('|')

interface View {
  /** The picture is `<name>-light.png` and `<name>-dark.png`. */
  name: string
  route: string
  /** Pressed first, where the address alone does not show it. */
  press?: string
  /** What is there when all is drawn. */
  ready: string
  /** Moved to the top of the page first. */
  top?: string
}

try {
  const options = {
    'data-dir': { type: 'string' },
    fill: { type: 'boolean' },
    only: { type: 'string' },
  } as const
  const { values } = parseArgs({ options })
  if (browserMissing) throw new Problem('file-not-found', 'chromium', browserMissing)
  const dataDir = values['data-dir'] ?? defaultDataDir()
  await ensureBuilt('renderer')
  const workbench = await createWorkbench({ dataDir, spawnWorker: forkWorkers(), report: printProblem })
  try {
    if (values.fill) await fillForPictures(workbench.handlers, dataDir)
    const names = values.only?.split(',')
    const views = await viewsOf(workbench.handlers, dataDir)
    await takePictures(
      workbench,
      views.filter(({ name }) => names?.includes(name) ?? true),
    )
  } finally {
    await workbench.close()
  }
} catch (error) {
  printProblem(reportOf(error))
  process.exitCode = 2
}

/** @throws Problem `run-not-found` when what the pictures show is not there. */
async function viewsOf(handlers: Workbench['handlers'], dataDir: string): Promise<View[]> {
  const { rows } = await handlers['runs.query'](allRuns)
  const demo = rows.find(({ name, state }) => name === 'demo' && state === 'done')
  const [entry] = await handlers['studies.list']()
  if (!demo || !entry)
    throw new Problem('run-not-found', dataDir, 'a demo run or a study is missing; --fill makes them')
  const { study } = await handlers['studies.get'](entry.id)
  // Two strategies at the same width, every seed of each.
  const compared = study.runs.filter(({ point }) => point === 1 || point === 3)
  const table = await grantFile(handlers, 'Started in', ...'test/fixtures/table/shapes.csv'.split('/'))
  const ids = compared.map(({ id }) => id).join(',')
  const run = `/runs/${demo.id}`
  const icons = rows.find(({ name, state }) => name === 'icons' && state === 'done')
  if (!icons) throw new Problem('run-not-found', dataDir, 'a run of the icons is missing; --fill makes it')
  const ofIcons = `/runs/${icons.id}?tab=results`
  const { revaluations } = await handlers['valuations.list'](demo.id)
  return [
    { name: 'runs', route: '/runs', ready: '[data-row]' },
    { name: 'runs-inspector', route: `/runs?inspect=${demo.id}`, ready: 'aside dl' },
    { name: 'run', route: run, ready: '[data-chart=training-loss] [role=img] svg' },
    { name: 'contributions', route: `${run}?tab=contributions`, ready: 'tr[data-player]' },
    {
      name: 'how-sure',
      route: `${run}?tab=contributions&as=sure&valued=${revaluations[0]?.id ?? ''}`,
      ready: '[data-band-scatter]',
    },
    { name: 'results', route: `${run}?tab=results`, ready: '[data-sample] img' },
    { name: 'label-results', route: ofIcons, ready: '[data-sample] img' },
    { name: 'calibration', route: ofIcons, ready: '[data-sample] img', top: '[data-calibration]' },
    { name: 'what-if', route: `${run}?tab=what-if&decision=cell0/node0/op`, ready: '[data-point]' },
    { name: 'export', route: `${run}?export=open`, ready: '[data-export]' },
    { name: 'new-search', route: '/new?preset=demo&step=review', ready: '[data-estimate] table' },
    { name: 'study', route: `/studies/${study.id}`, ready: '[data-effect]' },
    { name: 'compare', route: `/compare?runs=${ids}`, ready: '[data-chart] [role=img] svg' },
    {
      name: 'explore',
      route: `/explore?dataset=vectors&axes=${exploredAxes}`,
      ready: '[data-explore-table] [data-place]',
    },
    { name: 'datasets', route: '/datasets', ready: '[data-dataset]' },
    { name: 'backbones', route: '/backbones', ready: '[aria-labelledby=unimodal-title] table' },
    {
      name: 'import',
      route: `/datasets/import?grant=${table}&file=shapes.csv`,
      press: 'Check the table',
      ready: '[data-report]',
    },
  ]
}

async function takePictures(workbench: Workbench, views: View[]): Promise<void> {
  const host = await startHost({ workbench })
  const browser = await launchBrowser()
  await mkdir(folder, { recursive: true })
  for (const scheme of ['light', 'dark'] as const) await takeAll(browser, host.url, views, scheme)
  await browser.close()
  await host.close()
}

async function takeAll(
  browser: Browser,
  url: string,
  views: View[],
  scheme: 'light' | 'dark',
): Promise<void> {
  const { page } = await openPage(browser, { scheme, width: 1440, height: 900 })
  await page.goto(url)
  await page.locator('[data-row]').first().waitFor()
  for (const { name, route, press, ready, top } of views) {
    await page.goto(url.replace(/#.*/, `#${route}`))
    if (press) await page.getByRole('button', { name: press }).click()
    await page.locator(ready).first().waitFor({ timeout: 120_000 })
    if (top) await page.locator(top).evaluate(scrollTo)
    // Fonts and the fit of the graph settle within a few frames.
    await page.waitForTimeout(800)
    const path = join(folder, `${name}-${scheme}.png`)
    await writeFile(
      path,
      await sharp(await page.screenshot())
        .png({ palette: true, effort: 10 })
        .toBuffer(),
    )
    console.log(path)
  }
  await page.context().close()
}

/** The page's own region alone is scrolled: the frame around it stays. */
function scrollTo(element: Element): void {
  const region = element.closest('[role=region]')!
  region.scrollBy(0, element.getBoundingClientRect().top - region.getBoundingClientRect().top - 12)
}
