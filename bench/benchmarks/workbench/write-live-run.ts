// A run that goes on: a process that claims it and appends to its log at an even pace.
//   node write-live-run.ts <runs folder> <events a second> <events>
// Its last line of output is the number of the last event.
import { setTimeout as wait } from 'node:timers/promises'
import type { EventBody } from '#contract/events.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { fixtureConfig, runEvents } from '../../../test/fixtures/run-events.ts'

/** The engine keeps at most this many sampled steps a run. */
const mostSteps = 2000

const [runsDir, rate, count] = process.argv.slice(2)
const { id, directory } = createRun(runsDir, { ...fixtureConfig, name: 'live' })
const writer = RunWriter.open(directory)
writer.setStatus('running')
const whole = runEvents({ epochs: 8 })
const begun = whole.slice(0, whole.findIndex(({ type }) => type === 'search-epoch') + 1)
for (const { seq: _seq, at: _at, ...body } of begun) writer.append(body as EventBody)
writer.flush()
console.log(id)
// The reader says when it is there.
await new Promise((resolve) => process.stdin.once('data', resolve))

const total = Number(count)
const began = performance.now()
const stepEvery = Math.max(2, Math.ceil(total / mostSteps))
for (let i = 0; i < total; i++) {
  const body: EventBody =
    i % stepEvery === 0
      ? { type: 'step', phase: 'search', step: i, loss: 2 / (1 + i / 500) }
      : { type: 'progress', phase: 'search', done: i / total, doing: `step ${i}` }
  writer.append(body)
  const due = began + (1000 * (i + 1)) / Number(rate)
  if (due - performance.now() > 4) await wait(due - performance.now())
}
writer.flush()
console.log(writer.lastSeq)
writer.setStatus('cancelled')
writer.close()
process.exit(0)
