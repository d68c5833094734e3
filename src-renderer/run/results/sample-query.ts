import { computed, type ComputedRef, type Ref } from 'vue'
import { useQuery } from '../../composables/query.ts'
import { outcomes, type SampleFilter } from './answers.ts'

/**
 * Which test samples are shown, kept in the address: `wrong`, `2` (true class), `2>5` (true and predicted), `missed,3`,
 * `>5`, with `@3` for the third page; class indices. Those that there are not are any.
 */
export function useSampleQuery(classes: ComputedRef<number>): {
  filter: Ref<SampleFilter>
  /** From 1; another filter begins at the first one again. */
  page: Ref<number>
} {
  const samples = useQuery('samples')
  const parts = computed(
    () => /^(right|wrong|missed|invented)?,?(\d*)>?(\d*)(?:@(\d+))?$/.exec(samples.value) ?? [],
  )
  const classFrom = (text: string | undefined): number | null => {
    const index = text ? Number(text) : null
    return index !== null && index < classes.value ? index : null
  }
  const filter = computed({
    get: () => {
      const [, outcome, truth, predicted] = parts.value
      return {
        outcome: outcomes.find((each) => each === outcome) ?? null,
        truth: classFrom(truth),
        predicted: classFrom(predicted),
      }
    },
    set: ({ outcome, truth, predicted }: SampleFilter) => {
      const pair = `${truth ?? ''}${predicted === null ? '' : `>${predicted}`}`
      samples.value = [outcome ?? '', pair].filter((part) => part !== '').join(',')
    },
  })
  const page = computed({
    get: () => Math.max(1, Number(parts.value[4] ?? 1)),
    set: (number: number) => {
      samples.value = samples.value.replace(/@\d+$/, '') + (number > 1 ? `@${number}` : '')
    },
  })
  return { filter, page }
}
