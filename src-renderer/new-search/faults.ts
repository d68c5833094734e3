import { runConfig, type RunConfig } from '#contract/config.ts'
import { clashesOf } from '#contract/config/clashes.ts'
import { reservedModalityNames } from '#contract/dataset.ts'
import { spendsEvaluations } from '#contract/config/strategy.ts'
import { countPlayers, mostExactPlayers } from './counts.ts'
import { configFromForm, type Form } from './form.ts'

export const steps = ['dataset', 'backbones', 'space', 'strategy', 'review'] as const
export type Step = (typeof steps)[number]

/** What is wrong with the fields, by path: `space.cells`, `backbones.text.units`, `dataset.modalities.1.column`. */
export type Faults = ReadonlyMap<string, string>

type Issue = NonNullable<ReturnType<typeof runConfig.safeParse>['error']>['issues'][number]

/** The form against the contract's schema, and against what a run would refuse later. */
export function validateForm(form: Form): { config: RunConfig | null; faults: Faults } {
  const parsed = runConfig.safeParse(configFromForm(form))
  const faults = new Map<string, string>()
  for (const issue of parsed.error?.issues ?? []) {
    const path = fieldOf(issue.path, form)
    if (!faults.has(path)) faults.set(path, faultText(issue))
  }
  addModalityFaults(form, faults)
  if (parsed.success) addRunFaults(parsed.data, form, faults)
  return { config: parsed.success && faults.size === 0 ? parsed.data : null, faults }
}

/** The step that shows a field. */
export function stepOf(path: string): Step {
  const [head] = path.split('.')
  if (head === 'dataset') return 'dataset'
  if (head === 'backbones' || head === 'featureVariants') return 'backbones'
  return head === 'space' ? 'space' : 'strategy'
}

/** The field that an issue of the schema belongs to; modalities are rows of the form, an entry of a list is its list. */
function fieldOf(path: readonly PropertyKey[], form: Form): string {
  const keys = path.map(String)
  if (keys[0] === 'dataset' && keys[1] === 'modalities' && keys.length > 2) {
    const row = form.modalities.table.findIndex(({ name }) => name === keys[2])
    return `dataset.modalities.${row}.${keys[3] ?? 'name'}`
  }
  while (/^\d+$/.test(keys.at(-1)!) && keys[0] !== 'dataset') keys.pop()
  return keys.join('.')
}

function faultText(issue: Issue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message
  if (issue.code === 'invalid_type') {
    if (issue.expected === 'string') return 'Cannot be empty.'
    return issue.expected === 'int' ? 'Must be a whole number.' : 'Must be a number.'
  }
  if (issue.code === 'too_small') {
    const { origin, minimum, inclusive } = issue
    if (origin === 'string') return 'Cannot be empty.'
    if (origin === 'array') return `Needs at least ${minimum} entries.`
    return inclusive ? `Must be at least ${minimum}.` : `Must be more than ${minimum}.`
  }
  if (issue.code === 'too_big') {
    const { origin, maximum } = issue
    if (origin === 'string') return `Takes at most ${maximum} characters.`
    return origin === 'array' ? `Takes at most ${maximum} entries.` : `Must be at most ${maximum}.`
  }
  return issue.message
}

function addModalityFaults(form: Form, faults: Map<string, string>): void {
  if (form.source !== 'table') return
  const rows = form.modalities.table
  if (rows.length < 2) faults.set('dataset.modalities', 'A fusion needs two modalities or more.')
  rows.forEach(({ name }, i) => {
    const path = `dataset.modalities.${i}.name`
    if (rows.findIndex((other) => other.name === name) < i) faults.set(path, 'The name is taken.')
    if (reservedModalityNames.includes(name)) faults.set(path, 'A run needs this name for itself.')
  })
  const path = form.datasets.table['dataset.path'].trim()
  if (path !== '' && !/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path))
    faults.set('dataset.path', 'Give the full path, from the root of the disk.')
}

/** What the schema alone cannot see, since it lies between fields. */
function addRunFaults(config: RunConfig, form: Form, faults: Map<string, string>): void {
  for (const [path, text] of clashesOf(config)) faults.set(path, text)
  const hasImages = form.modalities[form.source].some(({ type }) => type === 'image')
  if (hasImages && !Number.isInteger(Math.sqrt(config.space.length)))
    faults.set('space.length', 'Must be a square (1, 4, 9, 16, …), since there are images.')
  const players = countPlayers(form)?.players ?? 0
  const values = spendsEvaluations(config.search.strategy)
  if (values && config.valuation.estimator === 'exact' && players > mostExactPlayers)
    faults.set(
      'valuation.estimator',
      `exact takes at most ${mostExactPlayers} players; these settings have ${players}.`,
    )
}
