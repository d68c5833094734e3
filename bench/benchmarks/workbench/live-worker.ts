// A worker program that computes nothing: it writes a made-up run that goes on, `LIVE_RATE` events a second, `LIVE_COUNT`
// in all, once the file `go` appears in the run's directory. The workbench starts it as it does the real one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { EventBody } from '#contract/run/events.ts'
import type { WorkerCommand, WorkerMessage } from '#contract/messages.ts'
import { RunWriter } from '#worker/run-directory/write.ts'
import { runEvents } from '../../../test/fixtures/run-events.ts'

/** The engine keeps at most this many sampled steps a run. */
const mostSteps = 2000
const rate = Number(process.env['LIVE_RATE'])
const count = Number(process.env['LIVE_COUNT'])

const say = (message: WorkerMessage) => process.send!(message)

process.on('message', (command: WorkerCommand) => {
  if (command.type === 'run') void execute(command.directory)
  else process.exit(0)
})

async function execute(directory: string): Promise<void> {
  const writer = RunWriter.open(directory)
  writer.setStatus('running')
  const write = (body: EventBody) => say({ type: 'event', event: writer.append(body) })
  const whole = runEvents({ epochs: 8 })
  const begun = whole.slice(0, whole.findIndex(({ type }) => type === 'search-epoch') + 1)
  for (const { seq: _seq, at: _at, ...body } of begun) write(body as EventBody)
  while (!existsSync(join(directory, 'go'))) await wait(20)

  const began = performance.now()
  const stepEvery = Math.max(2, Math.ceil(count / mostSteps))
  for (let i = 0; i < count; i++) {
    if (i % stepEvery === 0) write({ type: 'step', phase: 'search', step: i, loss: 2 / (1 + i / 500) })
    else write({ type: 'progress', phase: 'search', done: i / count, doing: `step ${i}` })
    const due = began + (1000 * (i + 1)) / rate
    if (due - performance.now() > 4) await wait(due - performance.now())
  }
  writer.flush()
  writer.setStatus('cancelled')
  writer.close()
  say({ type: 'ended' })
  process.disconnect()
}
