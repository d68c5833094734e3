import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { RunSummary } from '#contract/calls/runs.ts'
import type { RunConfig } from '#contract/config.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { foldEvents, type RunState } from '#contract/run/state.ts'
import { describeFailure, useConnection } from '../../backend/connection.ts'
import { settingGroups } from '../../run/configuration.ts'
import { useRunsStore } from '../../stores/runs.ts'

export interface GlancedRun {
  config: RunConfig
  state: RunState
}

/** Walking through the list opens only the run where one stops. */
const restMs = 120

/** Opens the run that is looked at, and again when its state changes. */
export function useGlancedRun(
  id: string,
  summary: () => RunSummary | undefined,
): {
  details: ShallowRef<GlancedRun | null>
  problem: ShallowRef<ProblemReport | null>
  reading: Ref<boolean>
} {
  const connection = useConnection()
  const store = useRunsStore()
  const details = shallowRef<GlancedRun | null>(null)
  const problem = shallowRef<ProblemReport | null>(null)
  const reading = ref(true)

  async function read(isOutdated: () => boolean): Promise<void> {
    try {
      const { summary: newest, config, events } = await connection.call('runs.get', id)
      if (isOutdated()) return
      store.byId.set(id, newest)
      details.value = { config, state: foldEvents(events) }
      problem.value = null
    } catch (error) {
      if (!isOutdated()) problem.value = describeFailure(error)
    } finally {
      if (!isOutdated()) reading.value = false
    }
  }

  watch(
    () => summary()?.state,
    (_, before, onCleanup) => {
      // The first answer may be what tells the state.
      if (before === undefined && details.value) return
      let outdated = false
      const timer = setTimeout(() => void read(() => outdated), restMs)
      onCleanup(() => {
        outdated = true
        clearTimeout(timer)
      })
    },
    { immediate: true },
  )
  return { details, problem, reading }
}

/** The settings that say most about a search, then those that are not as usual. */
const alwaysTold = new Set([
  'search.epochs',
  'space.cells',
  'space.steps',
  'space.channels',
  'valuation.estimator',
  'training.repetitions',
  'device',
])
/** Told elsewhere in the inspector. */
const neverTold = new Set(['name', 'seed', 'search.strategy', 'space.name', 'schemaVersion', 'study'])

export interface ToldSetting {
  path: string
  value: string
  changed: boolean
}

export function mainSettings(config: RunConfig): ToldSetting[] {
  const all = settingGroups(config).flatMap(({ settings }) => settings)
  const told = all.filter(({ path }) => alwaysTold.has(path))
  const others = all.filter(({ path, changed }) => changed && !alwaysTold.has(path) && !neverTold.has(path))
  return [...told, ...others]
}
