import type { RunConfig } from '#contract/config.ts'
import { whyAlphaNeverMoves } from '#contract/config/strategy.ts'
import { formatCount } from '#contract/format.ts'
import { whyAlphaRested } from '#contract/run/alpha-rested.ts'
import { isChosenOnTest } from '#contract/run/score-name.ts'
import { latest, type RunState } from '#contract/run/state.ts'

/** What a reader must know of a run so that its page does not mislead, in sentences. */
export interface RunNote {
  about: 'memory' | 'alpha' | 'test'
  text: string
}

export function runNotes(state: RunState, config: RunConfig): RunNote[] {
  const notes: RunNote[] = []
  const short = latest(state, 'short-of-memory')
  if (short) notes.push({ about: 'memory', text: `${memoryText(short)} That takes longer, nothing else.` })
  const unmoved = latest(state, 'searched')
    ? whyAlphaRested(config, state)
    : whyAlphaNeverMoves(config.search, config.valuation)
  if (unmoved !== null) notes.push({ about: 'alpha', text: unmoved })
  if (isChosenOnTest(state))
    notes.push({
      about: 'test',
      text: 'The epoch that counts was chosen on the test split, as in published tables: the test scores are too high for new data, and compare only with scores of the same kind.',
    })
  return notes
}

export const memoryText = ({ samples }: { samples: number }): string =>
  `Memory was short: every coalition is valued for ${formatCount(samples)} samples at a time from then on.`
