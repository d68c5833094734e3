import type { WhatIfRecord } from '#contract/what-if/record.ts'
import { swapTitle } from './swaps.ts'

/** `20 random swaps (seed 1): 18 measured;` what a trial was, and how far it came. */
export function trialWords({ choice, tuning, tried, wanted }: WhatIfRecord): string {
  const measured = tried.length < wanted ? `${tried.length} of ${wanted} measured` : 'all measured'
  if (choice.kind === 'random') return `${wanted} random swaps (seed ${tuning.seed}), ${measured};`
  if (choice.kind === 'decision') return `${wanted} swaps of ${choice.decision}, ${measured};`
  if (choice.swaps.length === 1) return `${swapTitle(choice.swaps[0])};`
  return `${wanted} swaps of ${choice.swaps[0].decision}, ${measured};`
}
