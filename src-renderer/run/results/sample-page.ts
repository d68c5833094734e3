import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { SamplePreview } from '#contract/calls/datasets.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../../backend/connection.ts'

export interface SamplePage {
  /** By position in the test split; those that the data folder no longer has are missing. */
  samples: ReadonlyMap<number, SamplePreview>
  /** How many samples of the test split the data folder keeps for looking at, the first ones; null while unknown. */
  stored: number | null
  loading: boolean
  problem: ProblemReport | null
}

const nothing: SamplePage = { samples: new Map(), stored: null, loading: false, problem: null }

/** Samples of the test split at these positions; an answer that was overtaken by a newer question is dropped. */
export function useSamplePage(hash: Ref<string | null>, indices: Ref<readonly number[]>): Ref<SamplePage> {
  const connection = useConnection()
  const page = shallowRef<SamplePage>(nothing)
  let question = 0

  async function load(): Promise<void> {
    const mine = ++question
    const wanted = [...indices.value]
    if (hash.value === null || wanted.length === 0) {
      page.value = { ...nothing, stored: page.value.stored }
      return
    }
    page.value = { ...page.value, loading: true }
    try {
      const query = { split: 'test' as const, indices: wanted, offset: 0, limit: wanted.length }
      const { samples, stored } = await connection.call('datasets.samples', hash.value, query)
      if (mine !== question) return
      page.value = {
        samples: new Map(samples.map((sample) => [sample.index, sample])),
        stored,
        loading: false,
        problem: null,
      }
    } catch (error) {
      if (mine === question) {
        page.value = { ...nothing, problem: describeFailure(error) }
      }
    }
  }

  watch([hash, () => indices.value.join(',')], load, { immediate: true })
  onScopeDispose(() => question++)
  return page
}
