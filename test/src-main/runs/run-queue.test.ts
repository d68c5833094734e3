import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { RunQueue } from '#main/runs/run-queue.ts'

/** A queue whose runs end when they are told to. */
function openQueue(slots: number) {
  const ends = new Map<string, () => void>()
  const execute = (id: string) => new Promise<void>((resolve) => ends.set(id, resolve))
  const queue = new RunQueue({ slots, execute, onChange: () => {} })
  const end = async (id: string) => {
    ends.get(id)!()
    await setImmediate()
  }
  const add = (...ids: string[]) => ids.forEach((id, at) => queue.add({ id, priority: 0, at }))
  return { queue, end, add }
}

describe('slots', () => {
  it('more of them start what waits; fewer of them stop nothing', async () => {
    const { queue, end, add } = openQueue(1)
    add('a', 'b', 'c', 'd')
    expect(queue.running).toEqual(['a'])
    queue.setSlots(3)
    expect(queue.running).toEqual(['a', 'b', 'c'])
    queue.setSlots(1)
    await end('a')
    await end('b')
    expect([queue.running, queue.waiting]).toEqual([['c'], ['d']])
    await end('c')
    expect(queue.running).toEqual(['d'])
  })

  it('are taken by runs that go on already, even by more than there are', async () => {
    const { queue, add } = openQueue(1)
    const adopted = Promise.withResolvers<void>()
    queue.occupy('x', adopted.promise)
    queue.occupy('y', Promise.resolve())
    add('a')
    await setImmediate()
    expect([queue.running, queue.waiting]).toEqual([['x'], ['a']])
    adopted.resolve()
    await setImmediate()
    expect(queue.running).toEqual(['a'])
  })

  it('stay empty once the queue is closed', async () => {
    const { queue, end, add } = openQueue(1)
    add('a', 'b')
    queue.close()
    await end('a')
    await queue.drained()
    expect([queue.running, queue.waiting]).toEqual([[], ['b']])
  })
})
