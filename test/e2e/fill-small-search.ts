import type { Page } from 'playwright-core'

/** Fills in the settings of `smallConfig`, step by step up to the review, with other values where they are given. */
export async function fillSmallSearch(page: Page, others: Record<string, string>): Promise<void> {
  await nextSteps(page, 'Backbones')
  for (const name of ['left', 'right']) {
    const backbone = (field: string) => page.locator(`[data-setting="backbones.${name}.${field}"] input`)
    await backbone('units').fill('6, 4')
    await backbone('epochs').fill('4')
    await backbone('batchSize').fill('16')
  }
  await nextSteps(page, 'Space')
  await fillFields(page, { 'space.channels': '4', 'space.length': '4' })
  await nextSteps(page, 'Strategy and budget')
  await fillFields(page, {
    'search.epochs': '3',
    'search.batchSize': '16',
    'valuation.samplesNormal': '2',
    'valuation.samplesSparse': '3',
    'valuation.budgetWarmup': '1',
    'valuation.batchSize': '24',
    'training.epochs': '3',
    'training.batchSize': '16',
    'training.repetitions': '2',
    seed: '3',
    threads: '1',
    ...others,
  })
  await page.getByRole('combobox', { name: 'Device' }).click()
  await page.getByRole('option', { name: 'cpu' }).click()
  await nextSteps(page, 'Review')
  await page.locator('[data-differences]').waitFor()
}

/** Fills fields by their paths in the configuration. */
export async function fillFields(page: Page, values: Record<string, string>): Promise<void> {
  for (const [path, value] of Object.entries(values))
    await page.locator(`[data-setting="${path}"] input`).fill(value)
}

/** Presses Next once for every step named. */
export async function nextSteps(page: Page, ...steps: string[]): Promise<void> {
  for (const step of steps) {
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('region', { name: step }).waitFor()
  }
}
