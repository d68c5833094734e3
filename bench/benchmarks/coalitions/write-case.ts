import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decisionsOf, maskMixture } from '#worker/space/players.ts'
import { spaces, spaceKeys } from '../training-step/step-times.ts'
import type { Case } from './case.ts'
import { type GameName, valueCase } from './value-case.ts'

/** Writes a case and the mixtures of its coalitions into a folder, as bench/peer/coalitions.py reads them. */
export async function writeCase(folder: string, opened: Case, games: readonly GameName[]): Promise<void> {
  const { space, players, layout, state, mixture, batch, dictionaries } = opened
  const { config } = space
  const write = (name: string, numbers: Float32Array) => writeFileSync(join(folder, `${name}.f32`), numbers)
  write('weights', state.weights)
  write('statistics', state.statistics)
  for (const [id, numbers] of Object.entries(batch.inputs)) write(`input ${id}`, numbers)
  for (const game of games) {
    const { coalitions } = await valueCase(opened, game, (asked) => Promise.resolve(asked.map(() => 0)))
    const mixtures = coalitions.flatMap((coalition) => [...maskMixture(players, mixture, coalition)])
    write(`mixtures ${game}`, Float32Array.from(mixtures))
  }
  const decisions = [...decisionsOf(players)].map(([decision, members]) => [peerName(decision), members])
  writeFileSync(
    join(folder, 'case.json'),
    JSON.stringify({
      space: spaceKeys.find((key) => spaces[key].name === config.name),
      channels: config.channels,
      length: config.length,
      cells: config.cells,
      innerNodes: config.steps,
      classes: batch.classes,
      features: space.features,
      players: players.length,
      decisions: Object.fromEntries(decisions),
      parameters: layout.parameters.map(({ name, shape, offset }) => ({ name, shape, offset })),
      statistics: layout.statistics.map(({ name, channels, offset }) => ({
        name,
        shape: [2, channels],
        offset,
      })),
      steps: Object.fromEntries(dictionaries.map(({ name }, i) => [name, state.steps[i]])),
      count: batch.labels.length,
      labels: batch.labels.map(([label]) => label),
    }),
  )
}

/** A decision as the peer calls it. */
const peerName = (decision: string) =>
  decision
    .replace(/(node\d+)\/edge$/, '$1/predecessors')
    .replace(/(node\d+)\/op$/, '$1/operations')
    .replace(/^(cell\d+)\/edge$/, '$1/inputs')
