import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { choicesOf } from '#contract/architecture.ts'
import { formatContribution, formatScore } from '#contract/format.ts'
import { latest, scoreTable, type RunState } from '#contract/run/state.ts'

/** Scores, contributions and the derived architecture on the screen are those of the fold; the overview is open. */
export async function expectPageAsLog(page: Page, state: RunState): Promise<void> {
  for (const { model, mean, deviation, scores } of scoreTable(state)) {
    const row = await page.locator(`tr[data-model="${model}"]`).innerText()
    expect(row).toContain(formatScore(mean, deviation, scores.length))
  }
  const { genotype, epoch } = latest(state, 'searched')!
  const operations = choicesOf(genotype).filter(({ kind }) => kind === 'operation')
  await page.locator('[data-part]').first().waitFor()
  for (const { playerId } of operations) {
    expect(await page.locator(`[data-part="${playerId}"]`).isEnabled()).toBe(true)
  }
  const enabled = page.locator('[data-part*="/op/"]:not([disabled])')
  expect(await enabled.count()).toBe(operations.length)

  await page.getByRole('link', { name: 'Contributions' }).click()
  await page.locator('tr[data-player]').first().waitFor()
  const { contributions } = state.byType['search-epoch'].find((event) => event.epoch === epoch)!.shapley!
  expect(await page.locator('tr[data-player]').count()).toBe(contributions.length)
  for (const contribution of contributions) {
    const row = page.locator(`tr[data-player="${contribution.id}"]`)
    expect(await row.innerText()).toContain(formatContribution(contribution))
  }
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.locator('tr[data-model=derived]').waitFor()
}
