import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { SamplePreview } from '#contract/calls/datasets.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'

export interface SamplePage {
  /** By position in the test split; those that the data folder no longer has are missing. */
  samples: ReadonlyMap<number, SamplePreview>
  loading: boolean
  problem: ProblemReport | null
}

/** Samples of the test split at these positions; an answer that was overtaken by a newer question is dropped. */
export function useSamplePage(hash: Ref<string | null>, indices: Ref<readonly number[]>): Ref<SamplePage> {
  const connection = useConnection()
  const page = shallowRef<SamplePage>({ samples: new Map(), loading: false, problem: null })
  let question = 0

  async function load(): Promise<void> {
    const mine = ++question
    const wanted = [...indices.value]
    if (hash.value === null || wanted.length === 0) {
      page.value = { samples: new Map(), loading: false, problem: null }
      return
    }
    page.value = { ...page.value, loading: true }
    try {
      const query = { split: 'test' as const, indices: wanted, offset: 0, limit: wanted.length }
      const { samples } = await connection.call('datasets.samples', hash.value, query)
      if (mine !== question) return
      page.value = {
        samples: new Map(samples.map((sample) => [sample.index, sample])),
        loading: false,
        problem: null,
      }
    } catch (error) {
      if (mine === question) {
        page.value = { samples: new Map(), loading: false, problem: describeFailure(error) }
      }
    }
  }

  watch([hash, () => indices.value.join(',')], load, { immediate: true })
  onScopeDispose(() => question++)
  return page
}
