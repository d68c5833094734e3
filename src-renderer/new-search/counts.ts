import { runConfig, type RunConfig } from '#contract/config.ts'
import { operationsOf } from '#contract/genotype.ts'
import { spendsEvaluations } from '#contract/config/strategy.ts'
import { backboneFields } from './fields.ts'
import { backboneKind, configFromForm, valueFromText, type Form } from './form.ts'

/** More players have too many coalitions to evaluate them all. */
export const mostExactPlayers = 16

export interface Counts {
  features: number
  players: number
  /** Players that are sparse operations. */
  sparse: number
  /** At most so many coalitions are evaluated in an epoch: while budgets are equal, and afterwards. */
  first: number
  later: number
  /** How `first` comes about. */
  formula: string
}

/** Features and players of the form's supernet; null while its settings are not valid. */
export function countPlayers(form: Form): Pick<Counts, 'features' | 'players' | 'sparse'> | null {
  const space = runConfig.shape.space.safeParse(configFromForm(form)['space'])
  if (!space.success) return null
  const { name, cells, steps, operations = operationsOf[name] } = space.data
  const features = form.modalities[form.source].reduce((sum, { type, backbone, file }) => {
    if (file) return sum + file.taps.length
    const depths = backboneFields[backboneKind(type)].find(({ kind }) => kind === 'list')!
    return sum + (valueFromText(depths, backbone[depths.path]) as unknown[]).length
  }, 0)
  const sparse = operations.filter((operation) => operation.startsWith('sparse_')).length
  let players = 0
  for (let cell = 0; cell < cells; cell++) {
    players += features + cell
    for (let node = 0; node < steps; node++) players += 2 + node + operations.length
  }
  return { features, players, sparse: cells * steps * sparse }
}

/**
 * The most coalitions that one epoch evaluates. A permutation in which all n players are valued walks through n − 1
 * coalitions besides v(∅) and v(N), which every permutation shares; valuing k players alone takes 2k at most.
 */
export function countEvaluations(form: Form): Counts | null {
  const counted = countPlayers(form)
  const valuation = runConfig.shape.valuation.safeParse(configFromForm(form)['valuation'])
  if (!counted || !valuation.success) return null
  if (!spendsEvaluations(String(form.settings['search.strategy'])))
    return { ...counted, first: 0, later: 0, formula: 'nothing is valued; no coalition is evaluated' }
  const { first, later, least, formula } = spentBy(valuation.data, counted)
  const limit = Math.max(least, valuation.data.evaluations ?? Infinity)
  if (limit >= Math.max(first, later)) return { ...counted, first, later, formula }
  return {
    ...counted,
    first: Math.min(first, limit),
    later: Math.min(later, limit),
    formula: `the limit of ${limit}; without it ${formula}`,
  }
}

interface Spent extends Pick<Counts, 'first' | 'later' | 'formula'> {
  /** No limit goes below this: the least that has standard errors, or what is enumerated anyway. */
  least: number
}

/** What one epoch of a valuation pays for, but for its limits. */
export function spentBy(
  { estimator, samplesNormal, samplesSparse }: RunConfig['valuation'],
  { players: n, sparse }: Pick<Counts, 'players' | 'sparse'>,
): Spent {
  const total = (n - sparse) * samplesNormal + sparse * samplesSparse
  const each = Math.floor(total / n)
  const all = 2 ** n
  const enumerated = { first: all, later: all, least: all, formula: `2^${n}: every set of the ${n} players` }
  const drawn = (most: number, least: number, formula: string): Spent => {
    const evaluations = Math.min(most, all)
    return { first: evaluations, later: evaluations, least: Math.min(least, all), formula }
  }
  switch (estimator) {
    case 'exact':
      return enumerated
    case 'permutation':
    case 'truncated':
    case 'early-truncation': {
      const cut = estimator === 'permutation' ? '' : ', less where they are cut'
      const formula = inWords(`2 + ${each} · (${n} − 1)`, `${each} permutations of all players${cut}`)
      return drawn(2 + each * (n - 1), 2 * n, formula)
    }
    case 'antithetic': {
      const pairs = Math.max(1, Math.floor(each / 2))
      const formula = inWords(`2 + ${pairs} · 2 · (${n} − 1)`, `${pairs} permutations with their reverses`)
      return drawn(2 + 2 * pairs * (n - 1), 2 + 4 * (n - 1), formula)
    }
    case 'kernel': {
      const pairs = Math.max(n, Math.floor((total - 2 * n) / 2))
      const most = 2 + 2 * n + 2 * pairs
      if (n < 4 || all <= most) return enumerated
      const singles = `each player alone and all but each, ${pairs} coalitions with their complements`
      return drawn(most, 6 + 2 * n, inWords(`2 + 2 · ${n} + 2 · ${pairs}`, singles))
    }
    case 'grouped':
      return spentByGroups({ samplesNormal, samplesSparse }, { players: n, sparse }, total)
  }
}

function spentByGroups(
  { samplesNormal, samplesSparse }: Pick<RunConfig['valuation'], 'samplesNormal' | 'samplesSparse'>,
  { players: n, sparse }: Pick<Counts, 'players' | 'sparse'>,
  total: number,
): Spent {
  const together = sparse === 0 ? samplesNormal : Math.min(samplesNormal, samplesSparse)
  const more = Math.max(samplesNormal, samplesSparse) - together
  const own = samplesSparse > samplesNormal ? sparse : n - sparse
  const perMore = Math.min(2 * own, n - 1)
  const rest = sparse > 0 && more > 0 ? more : 0
  // Two permutations value all players whatever the budgets (the least that a player keeps is 2).
  const later = 2 + 2 * (n - 1) + 2 * (total - 2 * n)
  return {
    first: Math.min(2 ** n, 2 + together * (n - 1) + rest * perMore),
    later: Math.min(2 ** n, later),
    least: Math.min(2 ** n, 2 * n),
    formula: inWords(
      `2 + ${together} · (${n} − 1)` +
        (rest > 0 ? ` + ${rest} · ${perMore === n - 1 ? `(${n} − 1)` : `2 · ${own}`}` : ''),
      `${together} permutations of all players` +
        (rest > 0 ? `, ${rest} more for the ${own} ${own === sparse ? 'sparse' : 'ordinary'} ones` : ''),
    ),
  }
}

const inWords = (formula: string, permutations: string) =>
  `${formula}: nobody and everybody present, ${permutations}`
