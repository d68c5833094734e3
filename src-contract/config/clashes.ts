import { parseRunConfig, type RunConfig } from '../config.ts'
import { Problem } from '../problem.ts'
import { neverValues, strategyNames, valuesPlayers } from './strategy.ts'

/**
 * What is wrong between settings that are valid one by one, by the path of the one to change. A new run with any of it is
 * refused, for it would not do what it says; runs that older versions have made may have it.
 */
export function clashesOf({ search, space, valuation }: RunConfig): ReadonlyMap<string, string> {
  const clashes = new Map<string, string>()
  if (search.deriveBy === 'phi' && neverValues(search, valuation))
    clashes.set('search.deriveBy', whyNoPhi({ search, valuation }))
  const twice = space.operations?.find((name, i, all) => all.indexOf(name) < i)
  if (twice !== undefined) clashes.set('space.operations', `${twice} is named twice.`)
  return clashes
}

function whyNoPhi({ search, valuation }: Pick<RunConfig, 'search' | 'valuation'>): string {
  const { strategy, epochs } = search
  if (!valuesPlayers(strategy)) {
    const valuing = strategyNames.filter(valuesPlayers).join(' or ')
    return `${strategy} values nothing, so there is no φ to choose by: take alpha, or the strategy ${valuing}.`
  }
  return (
    `${strategy} values only between two epochs and not while α rests: ${epochs} with ${valuation.alphaWarmup} at rest ` +
    'leave no φ to choose by. Take alpha, more epochs, or fewer at rest.'
  )
}

/** @throws Problem `bad-configuration` naming every field at fault. */
export function refuseClashes(config: RunConfig, where: string): void {
  const clashes = [...clashesOf(config)].map(([path, text]) => `${path}: ${text}`)
  if (clashes.length > 0) throw new Problem('bad-configuration', where, clashes.join('; '))
}

/**
 * The configuration of a run that is to be made.
 * @throws Problem `bad-configuration` naming every field at fault.
 */
export function parseNewRunConfig(value: unknown, where: string): RunConfig {
  const config = parseRunConfig(value, where)
  refuseClashes(config, where)
  return config
}
