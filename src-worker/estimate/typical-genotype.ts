import type { Genotype } from '#contract/genotype.ts'
import { stream } from '../random.ts'
import { derive } from '../space/derive.ts'
import { derivedNetwork } from '../space/derived.ts'
import { playersOf } from '../space/players.ts'
import type { FusionSpace } from '../space/space.ts'
import { costOf } from '../training/cost.ts'

/** Of 15 random genotypes the one of middling cost: what a search will choose is not known before. */
export function typicalGenotype(space: FusionSpace, classes: number): Genotype {
  const players = playersOf(space)
  const random = stream(1, 'genotypes')
  const drawn = Array.from({ length: 15 }, () =>
    derive(
      space,
      players.map(() => random.next()),
    ),
  )
  const byCost = drawn
    .map((genotype) => ({ genotype, cost: costOf(derivedNetwork(space, genotype, classes)).multiplyAdds }))
    .toSorted((a, b) => a.cost - b.cost)
  return byCost[Math.floor(byCost.length / 2)].genotype
}
