import { parseArgs } from 'node:util'
import type { SpaceKey } from '../training-step/step-times.ts'
import { openCase } from './case.ts'
import { type GameName, games, valueCase } from './value-case.ts'
import { writeCase } from './write-case.ts'

// One process: values a case and prints a line of JSON, or writes the case for the peer.
const { values } = parseArgs({
  options: {
    space: { type: 'string', default: 'bm-nas' },
    game: { type: 'string', multiple: true, default: [...games] },
    threads: { type: 'string', default: '2' },
    write: { type: 'string' },
    cells: { type: 'string' },
    samples: { type: 'string' },
    features: { type: 'string' },
    permutations: { type: 'string' },
  },
})
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text))
const opened = await openCase({
  space: values.space as SpaceKey,
  threads: Number(values.threads),
  cells: number(values.cells),
  samples: number(values.samples),
  features: number(values.features),
  permutations: number(values.permutations),
})
const names = values.game as GameName[]
if (values.write) await writeCase(values.write, opened, names)
else {
  await opened.game.values((await firstCoalitions()).slice(0, 32))
  for (const game of names) {
    const { coalitions, values: found, ms, processorMs } = await valueCase(opened, game)
    const count = opened.batch.labels.length
    console.log(
      JSON.stringify({
        space: values.space,
        game,
        threads: Number(values.threads),
        players: opened.players.length,
        coalitions: coalitions.map((_, i) => i),
        correct: found.map((value) => Math.round(value * count)),
        ms,
        processorMs,
      }),
    )
  }
}
await opened.release()

/** Coalitions to warm up with. */
async function firstCoalitions() {
  const { coalitions } = await valueCase(opened, names[0], (asked) => Promise.resolve(asked.map(() => 0)))
  return coalitions
}
