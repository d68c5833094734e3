import { appendFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApp } from 'vue'
import type { Push } from '#contract/calls.ts'
import type { EventBody, RunEvent } from '#contract/run/events.ts'
import { applyEvent, emptyRunState, eventsOf, foldEvents, type RunState } from '#contract/run/state.ts'
import type { Rooms } from '#main/handlers/rooms.ts'
import { runHandlers } from '#main/handlers/runs.ts'
import { OpenRun } from '#main/runs/open-run.ts'
import { readEvents, runPaths } from '#worker/run-directory/read.ts'
import { createRun, RunWriter } from '#worker/run-directory/write.ts'
import { runEvents } from '../../fixtures/run-events.ts'
import { connectionKey, type Connection } from '../../../src-renderer/backend/connection.ts'
import { useRunStore } from '../../../src-renderer/stores/run.ts'
import { memory, temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig } from '../sample-runs.ts'

const bodies = runEvents({ epochs: 3, repetitions: 1 }).map(
  ({ seq: _seq, at: _at, ...body }) => body as EventBody,
)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A part of a run's life: so many events more, after going back to where a checkpoint may have been. */
const part = fc.record({
  events: fc.oneof(fc.nat(3), fc.nat(25)),
  /** Per cent of the events so far that the checkpoint covers; null when nothing broke. */
  checkpoint: fc.option(fc.integer({ min: 0, max: 100 }), { freq: 3 }),
  /** Whether the push of this part is lost on its way, and whether the part is told in two pushes. */
  lost: fc.boolean(),
  cut: fc.nat(25),
  /** Whether main reads here, in the middle of a line that is still being written. */
  torn: fc.boolean(),
})

/** What lies between the log of a run and a window, without a network. */
class Line {
  readonly listeners: ((push: Push) => void)[] = []
  readonly dataDir = temporaryFolder(memory)
  readonly directory: string
  readonly runsDir: string
  readonly id: string

  constructor() {
    this.runsDir = join(this.dataDir, 'runs')
    const { id, directory } = createRun(this.runsDir, sampleConfig())
    this.id = id
    this.directory = directory
  }

  /** A window that has this line to the back end. */
  openWindow(): ReturnType<typeof useRunStore> {
    const connection = {
      call: (_name: string, id: string) => runHandlers({ dataDir: this.dataDir } as Rooms)['runs.get'](id),
      subscribe: (listener: (push: Push) => void) => this.listeners.push(listener),
      watchState: (listener: (state: 'open') => void) => listener('open'),
    }
    const pinia = createPinia()
    createApp({})
      .provide(connectionKey, connection as unknown as Connection)
      .use(pinia)
    setActivePinia(pinia)
    return useRunStore()
  }

  push(events: RunEvent[]): void {
    for (const listener of this.listeners) listener({ topic: 'run.events', id: this.id, events })
  }
}

it('a log gives the same state in main, in a window and here, however it broke and was resumed', async () => {
  const property = fc.asyncProperty(
    fc.array(part, { minLength: 1, maxLength: 6 }),
    fc.nat(5),
    async (parts, opened) => {
      const line = new Line()
      const main = new OpenRun(line.runsDir, line.id)
      const store = line.openWindow()
      const writer = RunWriter.open(line.directory)
      const log = runPaths(line.directory).events
      let position = 0
      const atSeq = new Map<number, number>()
      for (const [i, { events, checkpoint, lost, cut, torn }] of parts.entries()) {
        const told: RunEvent[] = []
        if (i === opened) await store.open(line.id)
        if (checkpoint !== null && writer.lastSeq >= 0) {
          const afterSeq = Math.floor((checkpoint / 100) * (writer.lastSeq + 1)) - 1
          told.push(writer.append({ type: 'resumed', afterSeq }))
          position = atSeq.get(afterSeq) ?? 0
        }
        for (const body of bodies.slice(position, position + events)) {
          told.push(writer.append(body))
          atSeq.set(writer.lastSeq, ++position)
        }
        if (torn) {
          // What is being written ends nowhere; the next whole line takes its place.
          const half = '{"seq":'
          appendFileSync(log, half)
          main.readOn()
          truncateSync(log, statSync(log).size - half.length)
        }
        if (!lost)
          for (const some of [told.slice(0, cut), told.slice(cut)]) if (some.length > 0) line.push(some)
        await vi.runAllTimersAsync()
      }
      await store.open(line.id)
      const last = writer.append({ type: 'stopped' })
      writer.close()
      line.push([last])
      await vi.runAllTimersAsync()
      main.readOn()

      const events = readEvents(line.directory)
      const expected: RunState = events.reduce(applyEvent, emptyRunState)
      expect(main.state).toEqual(expected)
      expect(store.state).toEqual(expected)
      expect(foldEvents(eventsOf(expected))).toEqual(expected)
    },
  )
  await fc.assert(property, { numRuns: 200 })
})
