import { runConfig } from '#contract/config.ts'
import { operationsOf } from '#contract/genotype.ts'
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
  const features = form.modalities[form.source].reduce((sum, { type, backbone }) => {
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
  const { estimator, samplesNormal, samplesSparse } = valuation.data
  const { players: n, sparse } = counted
  if (form.settings['search.strategy'] === 'darts')
    return { ...counted, first: 0, later: 0, formula: 'α follows gradients; no coalition is evaluated' }
  const total = (n - sparse) * samplesNormal + sparse * samplesSparse
  const walk = (most: number) => Math.min(most, 2 ** n)
  if (estimator === 'exact')
    return { ...counted, first: 2 ** n, later: 2 ** n, formula: `2^${n}: every set of the ${n} players` }
  if (estimator === 'permutation') {
    const each = Math.floor(total / n)
    const evaluations = walk(2 + each * (n - 1))
    return {
      ...counted,
      first: evaluations,
      later: evaluations,
      formula: inWords(`2 + ${each} · (${n} − 1)`, `${each} permutations of all players`),
    }
  }
  const together = sparse === 0 ? samplesNormal : Math.min(samplesNormal, samplesSparse)
  const more = Math.max(samplesNormal, samplesSparse) - together
  const own = samplesSparse > samplesNormal ? sparse : n - sparse
  const perMore = Math.min(2 * own, n - 1)
  const rest = sparse > 0 && more > 0 ? more : 0
  // Two permutations value all players whatever the budgets (the least that a player keeps is 2).
  const later = 2 + 2 * (n - 1) + 2 * (total - 2 * n)
  return {
    ...counted,
    first: walk(2 + together * (n - 1) + rest * perMore),
    later: walk(later),
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
