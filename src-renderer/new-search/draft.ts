import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { RunDetails } from '#contract/calls/runs.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { countEvaluations, type Counts } from './counts.ts'
import { differencesBetween, type Difference } from './differences.ts'
import { steps, stepOf, validateForm, type Faults, type Step } from './faults.ts'
import { emptyForm, formFromConfig, type Form } from './form.ts'

export interface Draft {
  form: Ref<Form>
  /** What changes are marked against: the defaults, or the run that is repeated. */
  base: ShallowRef<Form>
  /** The run that is repeated; null for a search from the defaults. */
  origin: ShallowRef<RunDetails['summary'] | null>
  faults: ComputedRef<Faults>
  /** Faults that the reader is told at once: those of fields that were changed, and of steps that were left. */
  told: ComputedRef<Faults>
  differences: ComputedRef<Difference[]>
  counts: ComputedRef<Counts | null>
  problem: ShallowRef<ProblemReport | null>
  starting: Ref<boolean>
  loading: Ref<boolean>
  open: (from: string) => Promise<void>
  leave: (step: Step) => void
  reset: () => void
  /** The id of the started run, or null when it was refused. */
  start: () => Promise<string | null>
}

const storageKey = (from: string) => `shapwright-new-search${from && `:${from}`}`

/** A form from the session; what another version of the page did not know is as in `before`. */
function keptForm(text: string, before: Form): Form {
  const kept = JSON.parse(text) as Form
  return {
    ...kept,
    settings: { ...before.settings, ...kept.settings },
    datasets: {
      emoji8: { ...before.datasets.emoji8, ...kept.datasets.emoji8 },
      table: { ...before.datasets.table, ...kept.datasets.table },
    },
  }
}

/** A search in the making, kept in the session under the run that it repeats. */
export function useDraft(): Draft {
  const connection = useConnection()
  const form = ref(emptyForm())
  const base = shallowRef(emptyForm())
  const origin = shallowRef<RunDetails['summary'] | null>(null)
  const left = ref(new Set<Step>())
  const problem = shallowRef<ProblemReport | null>(null)
  const starting = ref(false)
  const loading = ref(true)
  let key: string | null = null

  const validation = computed(() => validateForm(form.value))
  const faults = computed(() => validation.value.faults)
  const differences = computed(() => differencesBetween(form.value, base.value))
  const told = computed(() => {
    const changed = new Set(differences.value.map(({ path }) => path))
    return new Map([...faults.value].filter(([path]) => left.value.has(stepOf(path)) || changed.has(path)))
  })

  async function open(from: string): Promise<void> {
    key = null
    loading.value = true
    problem.value = null
    origin.value = null
    left.value = new Set()
    let before = emptyForm()
    try {
      if (from !== '') {
        const { config, summary } = await connection.call('runs.get', from)
        before = formFromConfig(config)
        origin.value = summary
      }
    } catch (error) {
      problem.value = describeFailure(error)
      from = ''
    }
    base.value = before
    const kept = sessionStorage.getItem(storageKey(from))
    form.value = kept === null ? structuredClone(before) : keptForm(kept, before)
    key = storageKey(from)
    loading.value = false
  }

  watch(
    form,
    (value) => {
      if (key !== null) sessionStorage.setItem(key, JSON.stringify(value))
    },
    { deep: true },
  )

  function leave(step: Step): void {
    left.value = new Set(step === 'review' ? steps : [...left.value, step])
  }

  function reset(): void {
    form.value = structuredClone(base.value)
    left.value = new Set()
    problem.value = null
  }

  async function start(): Promise<string | null> {
    const { config } = validation.value
    if (config === null) return null
    starting.value = true
    problem.value = null
    try {
      const id = await connection.call('runs.start', config)
      if (key !== null) sessionStorage.removeItem(key)
      key = null
      return id
    } catch (error) {
      problem.value = describeFailure(error)
      return null
    } finally {
      starting.value = false
    }
  }

  const counts = computed(() => countEvaluations(form.value))
  return {
    form,
    base,
    origin,
    faults,
    told,
    differences,
    counts,
    problem,
    starting,
    loading,
    open,
    leave,
    reset,
    start,
  }
}
