import type { EventOf, FeatureInfo } from '#contract/run/events.ts'
import type { Genotype, Player } from '#contract/genotype.ts'
import { latest, type RunState } from '#contract/run/state.ts'
import { operationName } from '../../words.ts'

/** A sign that the search chose by a bias of its own rather than by what helps. */
export interface Collapse {
  kind: 'parameter-free' | 'one-operation' | 'weight-mass' | 'one-modality'
  /** First epoch (from 0) of the unbroken streak until the epoch judged. */
  since: number
  /** What was seen, one sentence without its end. */
  seen: string
  why: string
  /** What to try, one sentence each. */
  remedies: string[]
}

type Epoch = EventOf<'search-epoch'>
type Space = EventOf<'space'>
type Finding = Omit<Collapse, 'since'>

/** Operations without weights of their own: in DARTS-like searches they win early because they need no training. */
const withoutWeights = new Set(['sum', 'scale_dot_attention'])
/** A pattern that chance would give to so many searches is no sign. */
const chanceLevel = 0.05
/** While the search goes on a pattern must have lasted so many epochs. */
const fewestEpochs = 2

/**
 * What looks collapsed in the architecture that the search keeps, or in the newest epoch while it goes on; there a
 * pattern of one epoch alone is passed over. Four patterns are looked for:
 *
 * - *parameter-free*: at least two inner nodes, and more of them chose operations without weights than a draw at random
 *   would reach in 5 % of all searches (binomial tail; so two nodes of eight candidates suffice, two nodes of BM-NAS's
 *   four candidates, half of them without weights, do not);
 * - *one-operation*: one operation at more nodes than chance would, 5 % shared among all candidates (Bonferroni);
 * - *weight-mass*: in the supernet one operation, or those without weights together, hold on average over the nodes more
 *   than half of what the others began with: a share above (1 + fair share)/2;
 * - *one-modality*: all features that the cells take come from one of several modalities; no chance is granted here,
 *   since a fusion of one modality is none.
 */
export function collapsesOf(state: RunState): Collapse[] {
  const space = latest(state, 'space')
  const kept = latest(state, 'searched')
  const epochs = state.byType['search-epoch'].filter(({ epoch }) => !kept || epoch <= kept.epoch)
  if (!space || epochs.length === 0) return []
  return detectors.flatMap((detect) => {
    const found = detect(epochs.at(-1)!, space)
    if (!found) return []
    const broken = epochs.findLastIndex((event) => detect(event, space) === null)
    const streak = epochs.length - 1 - broken
    if (!kept && streak < fewestEpochs) return []
    return [{ ...found, since: epochs[broken + 1].epoch }]
  })
}

const detectors: readonly ((event: Epoch, space: Space) => Finding | null)[] = [
  parameterFree,
  oneOperation,
  weightMass,
  oneModality,
]

function parameterFree({ genotype, shapley }: Epoch, { players }: Space): Finding | null {
  const chosen = operationsIn(genotype)
  const candidates = candidatesIn(players)
  const fair = share(candidates, (name) => withoutWeights.has(name))
  const free = chosen.filter((name) => withoutWeights.has(name))
  if (chosen.length < 2 || tail(free.length, chosen.length, fair) >= chanceLevel) return null
  return {
    kind: 'parameter-free',
    seen: `${countOf(free.length, chosen.length)} chose an operation without weights (${named(free)})`,
    why: 'Such operations work from the first step, while those with weights still learn; a search that judges early takes them for good.',
    remedies: trainFirst(shapley !== null),
  }
}

function oneOperation({ genotype, shapley }: Epoch, { players }: Space): Finding | null {
  const chosen = operationsIn(genotype)
  const candidates = candidatesIn(players)
  const counts = Map.groupBy(chosen, (name) => name)
  const [name, same] = [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? []
  if (name === undefined || candidates.length < 2) return null
  const chance = candidates.length * tail(same!.length, chosen.length, 1 / candidates.length)
  if (same!.length < 2 || chance >= chanceLevel) return null
  return {
    kind: 'one-operation',
    seen: `${countOf(same!.length, chosen.length)} chose ${operationName(name)}`,
    why: 'Nodes at different depths rarely need the same operation; more often one candidate wins everywhere because it trains fastest or has the most budget.',
    remedies: [
      `Look at its bands in the ledger: where they overlap its rivals’, the choice is open.`,
      ...trainFirst(shapley !== null),
    ],
  }
}

function weightMass({ mixture, shapley }: Epoch, { players }: Space): Finding | null {
  const nodes = [...Map.groupBy(operationsOf(players), ({ decision }) => decision).values()]
  const candidates = candidatesIn(players)
  const families = [
    {
      name: 'the operations without weights',
      members: candidates.filter((each) => withoutWeights.has(each)),
    },
    ...candidates.map((each) => ({ name: operationName(each), members: [each] })),
  ]
  const massOf = (members: readonly string[]) => {
    const masses = nodes.map((node) =>
      node
        .filter(({ label }) => members.includes(label))
        .reduce((sum, { id }) => sum + (mixture[id] ?? 0), 0),
    )
    return masses.reduce((sum, mass) => sum + mass, 0) / masses.length
  }
  const found = families
    .map((family) => ({
      ...family,
      mass: massOf(family.members),
      fair: family.members.length / candidates.length,
    }))
    .filter(({ mass, fair }) => fair < 1 && mass > (1 + fair) / 2)
    .toSorted((a, b) => b.mass - a.mass)[0]
  if (!found) return null
  return {
    kind: 'weight-mass',
    seen: `${found.name} hold${found.members.length > 1 ? '' : 's'} ${Math.round(100 * found.mass)} % of the mixture weight at the nodes (${Math.round(100 * found.fair)} % at the start)`,
    why: 'The other candidates hardly reach the output any more, so their weights stop learning and their φ stops meaning much.',
    remedies: [
      shapley === null
        ? 'Lower the learning rate of α (search.alphaLearningRate), or search with sm-shapnas.'
        : 'Halve the step of α (valuation.alphaStep), so that the order can settle before the weights part.',
      'Compare the kept architecture with one of an earlier epoch.',
    ],
  }
}

function oneModality({ genotype }: Epoch, { features }: Space): Finding | null {
  const modalityOf = (source: string) => features.find(({ id }: FeatureInfo) => id === source)?.modality
  const modalities = new Set(features.map(({ modality }) => modality))
  const taken = new Set(
    genotype.cells.flatMap(({ inputs }) => inputs.flatMap((source) => modalityOf(source) ?? [])),
  )
  if (modalities.size < 2 || taken.size !== 1) return null
  const [modality] = taken
  return {
    kind: 'one-modality',
    seen: `every cell takes its inputs from ${modality} alone`,
    why: `Nothing is fused: the architecture cannot do better than ${modality} by itself, apart from its extra layers.`,
    remedies: [
      'See in the backbones whether the other modality reaches a score worth fusing.',
      'Derive by the rule bmnas-v3, whose pairs must take features not used before (space.derivation).',
      'Raise the marginal contributions (valuation.samplesNormal): the bands of the inputs tell whether the others are worse at all.',
    ],
  }
}

const trainFirst = (valued: boolean): string[] =>
  valued
    ? [
        'Let the weights train first: set valuation.alphaWarmup to a third of the epochs.',
        'Spend more marginal contributions (valuation.samplesNormal, samplesSparse), so that bands part.',
      ]
    : [
        'Search with sm-shapnas: gradients of α favour what is trained already.',
        'Search fewer epochs, or lower search.alphaLearningRate.',
      ]

const operationsIn = (genotype: Genotype): string[] =>
  genotype.cells.flatMap(({ nodes }) => nodes.map(({ operation }) => operation))
const operationsOf = (players: readonly Player[]): Player[] =>
  players.filter(({ kind }) => kind === 'operation')
const candidatesIn = (players: readonly Player[]): string[] => [
  ...new Set(operationsOf(players).map(({ label }) => label)),
]
const share = <T>(items: readonly T[], counts: (item: T) => boolean): number =>
  items.length === 0 ? 1 : items.filter(counts).length / items.length

/** P(at least k of n) at probability p each. */
function tail(k: number, n: number, p: number): number {
  let term = (1 - p) ** n
  let below = 0
  for (let i = 0; i < k; i++) {
    below += term
    term *= p === 1 ? 0 : ((n - i) / (i + 1)) * (p / (1 - p))
  }
  return p === 1 ? 1 : 1 - below
}

const countOf = (count: number, all: number): string =>
  count === all
    ? all === 2
      ? 'both inner nodes'
      : `all ${all} inner nodes`
    : `${count} of ${all} inner nodes`

const named = (operations: readonly string[]): string =>
  [...new Set(operations)].map(operationName).join(', ')

/** `both inner nodes chose sum, since epoch 3.` */
export const collapseSentence = ({ seen, since }: Collapse): string => `${seen}, since epoch ${since + 1}.`
