import { fineTuning, type FineTuning, type SwapChoice, type WhatIfRecord } from '#contract/what-if/record.ts'
import { swapKey } from '#contract/what-if/swaps.ts'

/** `3x1` in an address: epochs, and repetitions. What cannot be read is as it is by default. */
export function tuningFromText(text: string): FineTuning {
  const [epochs, repetitions] = text.split('x').map(Number)
  return fineTuning.safeParse({ epochs, repetitions }).data ?? fineTuning.parse({})
}

export function textFromTuning({ epochs, repetitions }: Pick<FineTuning, 'epochs' | 'repetitions'>): string {
  const usual = fineTuning.parse({})
  return epochs === usual.epochs && repetitions === usual.repetitions ? '' : `${epochs}x${repetitions}`
}

/** A seed that was not used for this yet: trying again with the same one would find the same again. */
export function nextSeed(records: readonly WhatIfRecord[], choice: SwapChoice): number {
  const isLike = (record: WhatIfRecord) =>
    choice.kind === 'these'
      ? record.tried.some(({ swap }) => choice.swaps.some((one) => swapKey(one) === swapKey(swap)))
      : record.choice.kind === choice.kind
  return 1 + Math.max(0, ...records.filter(isLike).map(({ tuning }) => tuning.seed))
}

/**
 * Milliseconds that so many swaps will take, the original included, by the newest record: the time of a swap grows with
 * epochs and repetitions. Null while none was measured.
 */
export function expectedMs(
  records: readonly WhatIfRecord[],
  { epochs, repetitions }: Pick<FineTuning, 'epochs' | 'repetitions'>,
  swaps: number,
): number | null {
  const [newest] = records
  if (!newest || newest.tried.length === 0) return null
  const times = [newest.original.elapsedMs, ...newest.tried.map(({ elapsedMs }) => elapsedMs)]
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length
  const { tuning } = newest
  return (mean * (swaps + 1) * epochs * repetitions) / (tuning.epochs * tuning.repetitions)
}
