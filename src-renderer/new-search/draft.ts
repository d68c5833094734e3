import { computed, proxyRefs, ref, shallowRef, watch, type ShallowUnwrapRef } from 'vue'
import type { RunSummary } from '#contract/calls/runs.ts'
import { configOfPreset, deviationsOf, type Deviation, type Preset } from '#contract/config/preset.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { countEvaluations } from './counts.ts'
import { differencesBetween } from './differences.ts'
import { steps, stepOf, validateForm, type Step } from './faults.ts'
import {
  configFromForm,
  copyForm,
  defaultBackbone,
  emptyForm,
  emptyStudy,
  formFromConfig,
  takeData,
  type Form,
} from './form.ts'
import { studyFromForm } from './study-plan.ts'

/** What a draft begins from: a run that is repeated, a preset, or, where both are empty, the defaults. */
interface Beginning {
  run: string
  preset: string
}

const storageKey = ({ run, preset }: Beginning) =>
  `shapwright-new-search${run && `:${run}`}${preset && `:preset:${preset}`}`

/** A form from the session; what another version of the page did not know is as in `before`. */
function keptForm(text: string, before: Form): Form {
  const kept = JSON.parse(text) as Form
  return {
    ...kept,
    settings: { ...before.settings, ...kept.settings },
    datasets: {
      emoji8: { ...before.datasets.emoji8, ...kept.datasets.emoji8 },
      icons18: { ...before.datasets.icons18, ...kept.datasets.icons18 },
      table: { ...before.datasets.table, ...kept.datasets.table },
    },
    modalities: { ...before.modalities, ...kept.modalities },
    study: { ...emptyStudy(), ...kept.study },
  }
}

/** The data of another form in place of a form's own. */
function withDataOf(form: Form, other: Form): Form {
  const { source, datasets, modalities } = copyForm(other)
  return { ...form, source, datasets, modalities }
}

/** The same with backbones as the data's types have them. */
function withFreshData(form: Form, other: Form): Form {
  const { source, datasets, modalities } = withDataOf(form, other)
  const fresh = modalities[source].map((each) => ({
    ...each,
    backbone: defaultBackbone(each.type),
    file: null,
  }))
  return { ...form, source, datasets, modalities: { ...modalities, [source]: fresh } }
}

/** A search in the making, kept in the session under what it began from. */
export function useDraft(): Draft {
  return proxyRefs(createDraft())
}
export type Draft = ShallowUnwrapRef<ReturnType<typeof createDraft>>

function createDraft() {
  const connection = useConnection()
  const form = ref(emptyForm())
  /** What changes are marked against: the defaults, a preset, or the run that is repeated. */
  const base = computed(() => (dataAreOpen.value ? withFreshData(begun.value, form.value) : begun.value))
  const begun = shallowRef(emptyForm())
  /** A preset leaves the data to the user: then no data are a change. */
  const dataAreOpen = ref(false)
  /** The run that is repeated. */
  const origin = shallowRef<RunSummary | null>(null)
  const presets = shallowRef<readonly Preset[]>([])
  const preset = shallowRef<Preset | null>(null)
  const left = ref(new Set<Step>())
  const problem = shallowRef<ProblemReport | null>(null)
  const starting = ref(false)
  const loading = ref(true)
  let key: string | null = null

  const validation = computed(() => validateForm(form.value))
  const faults = computed(() => validation.value.faults)
  const config = computed(() => validation.value.config)
  const differences = computed(() => differencesBetween(form.value, base.value))
  const study = computed(() => studyFromForm(form.value))
  const counts = computed(() => countEvaluations(form.value))
  /** Faults that the reader is told at once: those of fields that were changed, and of steps that were left. */
  const told = computed(() => {
    const changed = new Set(differences.value.map(({ path }) => path))
    return new Map([...faults.value].filter(([path]) => left.value.has(stepOf(path)) || changed.has(path)))
  })
  /** Every place in which the form is not as the publication of its preset says. */
  const deviations = computed<Deviation[]>(() =>
    preset.value ? deviationsOf(preset.value, configFromForm(form.value)) : [],
  )

  async function open(from: Beginning): Promise<void> {
    const carried = key === null ? null : form.value
    key = null
    loading.value = true
    problem.value = null
    origin.value = null
    preset.value = null
    left.value = new Set()
    let found = { before: emptyForm(), ownData: false }
    try {
      found = await beginning(from)
    } catch (error) {
      problem.value = describeFailure(error)
      from = { run: '', preset: '' }
    }
    const { before, ownData } = found
    const kept = sessionStorage.getItem(storageKey(from))
    const opened = kept === null ? copyForm(before) : keptForm(kept, before)
    begun.value = before
    dataAreOpen.value = preset.value !== null && !ownData
    form.value = carried && !ownData ? withDataOf(opened, carried) : opened
    key = storageKey(from)
    loading.value = false
  }

  /** The form to begin with, and whether its data belong to it; otherwise those chosen before stay. */
  async function beginning({ run, preset: name }: Beginning): Promise<{ before: Form; ownData: boolean }> {
    if (run !== '') {
      const { config: given, summary } = await connection.call('runs.get', run)
      origin.value = summary
      return { before: formFromConfig(given), ownData: true }
    }
    if (presets.value.length === 0) presets.value = await connection.call('presets.list')
    const found = presets.value.find((each) => each.name === name)
    preset.value = found ?? null
    if (!found) return { before: emptyForm(), ownData: false }
    return {
      before: formFromConfig(configOfPreset(found)),
      ownData: found.config['dataset'] !== undefined,
    }
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
    form.value = copyForm(base.value)
    left.value = new Set()
    problem.value = null
  }

  function forget(): void {
    if (key !== null) sessionStorage.removeItem(key)
    key = null
  }

  /** Answers what `begin` does, or null where it was refused; then the form stays. */
  async function submit(begin: () => Promise<string>): Promise<string | null> {
    starting.value = true
    problem.value = null
    try {
      const id = await begin()
      forget()
      return id
    } catch (error) {
      problem.value = describeFailure(error)
      return null
    } finally {
      starting.value = false
    }
  }

  /** The id of the started run, or null when it was refused. */
  async function start(): Promise<string | null> {
    const wanted = config.value
    return wanted && (await submit(() => connection.call('runs.start', wanted)))
  }

  /** The id of the queued study, or null when it was refused. */
  async function startStudy(): Promise<string | null> {
    const plan = study.value?.plan
    return plan ? await submit(() => connection.call('studies.create', plan)) : null
  }

  return {
    form,
    base,
    origin,
    presets,
    preset,
    deviations,
    faults,
    told,
    config,
    differences,
    study,
    counts,
    problem,
    starting,
    loading,
    open,
    leave,
    reset,
    start,
    startStudy,
    takeData: (dataset: Parameters<typeof takeData>[1]) => takeData(form.value, dataset),
  }
}
