import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { browserMissing } from '../../test/e2e/browser.ts'
import { buildWindow } from '../../test/e2e/build-window.ts'
import { CannotMeasure, countFrom, type Benchmark } from '../benchmark.ts'
import {
  measureCompare,
  measureLiveRun,
  measureMemory,
  measureRunsPage,
  measureScrolling,
  measureSortAndFilter,
  measureStart,
  type Measure,
} from './workbench/measures.ts'
import { openWindow } from './workbench/window.ts'
import { writeRuns } from './workbench/write-runs.ts'

export const workbench: Benchmark = {
  name: 'workbench',
  about:
    'the window over 10,000 runs: opening, scrolling, sorting, comparing, and a run that goes on; some minutes',
  usage: '[--runs 10000]',
  async run(args) {
    const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '10000' } } })
    const many = countFrom('runs', values.runs)
    if (browserMissing) throw new CannotMeasure(browserMissing)
    await buildWindow()
    const dataDir = mkdtempSync(join(tmpdir(), 'shapwright-bench-'))
    try {
      const measures = await measureAll(dataDir, many)
      const missed = measures.filter((measure) => !isMet(measure))
      const of = `${measures.length - missed.length} of ${measures.length} targets`
      return {
        figure: `${of}; ${missed.map(describe).join('; ') || 'none missed'}`,
        met: missed.length === 0,
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}

async function measureAll(dataDir: string, many: number): Promise<Measure[]> {
  const written = writeRuns(join(dataDir, 'runs'), { many, long: 20 })
  const first = await openWindow(dataDir)
  const began = performance.now()
  while ((await first.workbench.handlers['runs.overview']()).total < many + 20) await wait(500)
  const indexedMs = Math.round(performance.now() - began)
  console.log(JSON.stringify({ runs: many + 20, openedMs: Math.round(first.openedMs), indexedMs }))
  await first.close()
  const window = await openWindow(dataDir)
  console.log(JSON.stringify({ openedAgainMs: Math.round(window.openedMs) }))
  try {
    const measures: Measure[] = []
    const add = (...more: Measure[]) => {
      for (const measure of more) console.log(describe(measure))
      measures.push(...more)
    }
    add(...(await measureStart(window)))
    add(await measureRunsPage(window))
    add(await measureScrolling(window))
    add(...(await measureSortAndFilter(window)))
    add(await measureCompare(window, written.long))
    add(...(await measureLiveRun(window, dataDir)))
    add(await measureMemory(window, dataDir))
    return measures
  } finally {
    await window.close()
  }
}

function isMet({ value, target }: Measure): boolean {
  return 'most' in target ? value <= target.most : value >= target.least
}

function describe(measure: Measure): string {
  const { name, value, unit, target, reference } = measure
  const wanted = 'most' in target ? `at most ${target.most}` : `at least ${target.least}`
  const beside = reference === undefined ? '' : `, an empty page ${reference.toFixed(1)}`
  return `${name}: ${value.toFixed(1)} ${unit} (target ${wanted}${beside})${isMet(measure) ? '' : ' missed'}`
}
