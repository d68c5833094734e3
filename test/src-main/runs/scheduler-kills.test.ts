import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { livenessOf } from '#worker/run-directory/read.ts'
import { memory, temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { epochs, SimulatedWorkbench } from './simulated-workbench.ts'

const tally = { kills: 0 }

type Action = (bench: SimulatedWorkbench) => void | Promise<void>

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)]

/** Has a person ask something of one of the runs. */
const ask = (index: number, call: 'pause' | 'cancel' | 'resume') => async (bench: SimulatedWorkbench) => {
  const id = pick(bench.ids, index)
  if (id) await bench.ask((scheduler) => scheduler[call](id))
}

const killWorker = (index: number) => async (bench: SimulatedWorkbench) => {
  const worker = pick(bench.working, index)
  if (!worker) return
  tally.kills += 1
  await worker.die()
}

const killWorkbench = (steps: number) => async (bench: SimulatedWorkbench) => {
  tally.kills += 1
  bench.kill()
  for (let step = 0; step < steps; step++) await bench.stepAll()
  bench.open()
}

const index = fc.nat(7)
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Action>((bench) => void bench.start()) },
  { weight: 6, arbitrary: fc.constant<Action>((bench) => bench.stepAll()) },
  {
    weight: 4,
    arbitrary: index.map(
      (i): Action =>
        (bench) =>
          pick(bench.working, i)?.step(),
    ),
  },
  { weight: 2, arbitrary: index.map((i) => ask(i, 'pause')) },
  { weight: 1, arbitrary: index.map((i) => ask(i, 'cancel')) },
  { weight: 4, arbitrary: index.map((i) => ask(i, 'resume')) },
  { weight: 6, arbitrary: index.map(killWorker) },
  { weight: 6, arbitrary: fc.nat(2).map(killWorkbench) },
  {
    weight: 2,
    arbitrary: fc.tuple(index, fc.integer({ min: -3, max: 3 })).map(([i, priority]): Action => (bench) => {
      const id = pick(bench.ids, i)
      return id ? bench.ask((scheduler) => scheduler.prioritise(id, priority)) : undefined
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('pause' as const, 'keep' as const, 'cancel' as const)
      .map((running): Action => async (bench) => {
        await bench.close(running)
        bench.open()
      }),
  },
)

function checkInvariants(bench: SimulatedWorkbench): void {
  const { slots, waiting } = bench.scheduler.queue
  const executed = slots.flatMap(({ run }) => run ?? [])
  const directories = bench.working.map(({ directory }) => directory)
  expect(executed.length).toBeLessThanOrEqual(bench.slots)
  expect(directories.length).toBeLessThanOrEqual(bench.slots)
  expect(new Set(directories).size).toBe(directories.length)
  expect(waiting.filter((id) => bench.statusOf(id).state !== 'queued')).toEqual([])
  const priorities = waiting.map((id) => bench.statusOf(id).priority)
  expect(priorities).toEqual(priorities.toSorted((one, other) => other - one))
  for (const id of bench.ids) {
    const { state, process: holder } = bench.statusOf(id)
    const kept = bench.epochsOf(id)
    expect({
      isHeldWhileRunning: (holder !== null && livenessOf(holder) === 'alive') === (state === 'running'),
      isAttendedWhileRunning: state !== 'running' || executed.includes(id),
      isRememberedWhileQueued: state !== 'queued' || waiting.includes(id) || executed.includes(id),
      isWhole: kept.every((epoch, i) => epoch === i) && (state !== 'done' || kept.length === epochs),
      lost: Math.max(0, (bench.finished.get(join(bench.runsDir, id)) ?? 0) - kept.length),
    }).toEqual({
      isHeldWhileRunning: true,
      isAttendedWhileRunning: true,
      isRememberedWhileQueued: true,
      isWhole: true,
      lost: 0,
    })
  }
}

/** Nobody asks for anything any more: what was queued must come to an end. */
async function letAllEnd(bench: SimulatedWorkbench): Promise<void> {
  const goesOn = () => bench.ids.some((id) => ['queued', 'running'].includes(bench.statusOf(id).state))
  for (let round = 0; goesOn() && round < 40 * (1 + bench.ids.length); round++) await bench.stepAll()
  expect(goesOn()).toBe(false)
}

it('loses no finished epoch and reaches no impossible state, whoever is killed whenever', async () => {
  const actions = fc.array(action, { minLength: 10, maxLength: 40 })
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), actions, async (slots, sequence) => {
    const bench = new SimulatedWorkbench(temporaryFolder(memory), slots)
    try {
      bench.open()
      bench.start()
      for (const act of sequence) {
        await act(bench)
        await bench.calm()
        checkInvariants(bench)
      }
      await letAllEnd(bench)
      checkInvariants(bench)
      for (const id of bench.ids) {
        if (bench.statusOf(id).state !== 'done') await bench.ask((scheduler) => scheduler.resume(id))
      }
      await letAllEnd(bench)
      expect(bench.ids.map((id) => bench.statusOf(id).state)).toEqual(bench.ids.map(() => 'done'))
      checkInvariants(bench)
    } finally {
      await bench.end()
    }
  })
  while (tally.kills < 500) await fc.assert(property, { numRuns: 20 })
})
