import { describe, expect, it } from 'vitest'
import { fixtureConfig } from '../../../fixtures/run-events.ts'
import { playersOf } from '../../../fixtures/search-events.ts'
import {
  costSentence,
  proposeForm,
  readForm,
  type RevalueForm,
} from '../../../../src-renderer/run/contributions/revalue-form.ts'

const config = fixtureConfig
const players = playersOf(2)
const basis = { config, players: players.length }
const requestOf = (changes: Partial<RevalueForm>) => {
  const read = readForm({ ...proposeForm(config, 552), ...changes }, basis)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return read.request
}
const faultsOf = (changes: Partial<RevalueForm>) => {
  const read = readForm({ ...proposeForm(config, 552), ...changes }, basis)
  return 'faults' in read ? Object.keys(read.faults) : []
}

describe('the form of a re-valuation', () => {
  it('proposes four times the evaluations of the last epoch on the same samples, and draws otherwise', () => {
    expect(requestOf({})).toMatchObject({
      estimator: 'antithetic',
      evaluations: 2300,
      permutations: null,
      batchSize: config.valuation.batchSize,
      batchSeed: config.seed,
      seed: config.seed + 1,
    })
    expect(proposeForm(config, null).evaluations).toBe('2000')
  })

  it('reads points of error as shares, the whole split as no size, and other samples as drawn', () => {
    expect(requestOf({ evaluations: '', standardError: '0.5' })).toMatchObject({
      evaluations: null,
      standardError: 0.005,
    })
    expect(requestOf({ samples: 'all' }).batchSize).toBeNull()
    expect(requestOf({ samples: 'other', batchSize: '64', batchSeed: '9' })).toMatchObject({
      batchSize: 64,
      batchSeed: 9,
    })
  })

  it('names the field that is wrong', () => {
    expect(faultsOf({ evaluations: 'many' })).toEqual(['evaluations'])
    expect(faultsOf({ permutations: '1' })).toEqual(['permutations'])
    expect(faultsOf({ seconds: '0', standardError: '-1' })).toEqual(['seconds', 'standardError'])
    expect(faultsOf({ samples: 'other', batchSize: '' })).toEqual(['batchSize'])
    expect(faultsOf({ seed: '' })).toEqual(['seed'])
    expect(faultsOf({ estimator: 'exact' })).toEqual(['estimator'])
  })
})

describe('what it will take', () => {
  const costOf = (changes: Partial<RevalueForm>, measured: { seconds: number; samples: number } | null) =>
    costSentence(requestOf(changes), { config, players, validation: 600, measured })

  it('is evaluations times what one took, in proportion to the samples', () => {
    const measured = { seconds: 0.01, samples: 256 }
    expect(costOf({}, measured)).toContain('2\u2009300 evaluations on 256 validation samples: about 23 s')
    expect(costOf({ samples: 'all' }, measured)).toMatch(/on 600 validation samples: about 54 s/)
    expect(costOf({ seconds: '5' }, measured)).toContain('about 5 s')
  })

  it('counts permutations where they are fewer, and says what is not known', () => {
    expect(costOf({ permutations: '13' }, null)).toMatch(/At most \d{3} evaluations .* not known yet/)
    expect(costOf({ evaluations: '', standardError: '1' }, null)).toMatch(/not known before/)
    expect(costOf({ evaluations: '', seconds: '90' }, { seconds: 0.01, samples: 256 })).toContain(
      '1 min 30 s at most',
    )
  })
})
