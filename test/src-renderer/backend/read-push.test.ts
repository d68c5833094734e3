import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Push } from '#contract/calls.ts'
import { connectToWindow } from '../../../src-renderer/backend/window-connection.ts'
import { pushReader } from '../../../src-renderer/backend/read-push.ts'

const complaints = vi.spyOn(console, 'error')
beforeEach(() => void complaints.mockReset().mockImplementation(() => undefined))
afterEach(() => void complaints.mockClear())

const progress = { done: 0.5, doing: 'reading' }
const pushes: { [T in Push['topic']]: Omit<Extract<Push, { topic: T }>, 'topic'> } = {
  'run.changed': { summary: { id: 'a', state: 'done' } } as Extract<Push, { topic: 'run.changed' }>,
  'run.events': { id: 'a', events: [{ seq: 0, at: 1, type: 'resumed', afterSeq: -1 }] },
  'datasets.changed': {},
  'dataset.progress': { work: 'w', progress },
  'backbones.changed': {},
  'queue.changed': { queue: { slots: [{ device: 'auto', run: null }], waiting: ['a'] } },
  'runs.removed': { ids: ['a'] },
  'estimate.progress': { ticket: 't', progress },
  'study.changed': { study: { id: 's' } } as Extract<Push, { topic: 'study.changed' }>,
  'export.changed': { id: 'a', running: null },
  'valuation.changed': { id: 'a', running: null },
  'what-if.changed': { id: 'a', running: progress },
}

describe('pushes as they arrive', () => {
  it.each(Object.entries(pushes))('are taken: %s', (topic, rest) => {
    const push = { topic, ...rest }
    expect(pushReader()(push)).toBe(push)
    expect(complaints).not.toHaveBeenCalled()
  })

  it.each(Object.entries(pushes).filter(([, rest]) => Object.keys(rest).length > 0))(
    'are dropped without their content: %s',
    (topic) => expect(pushReader()({ topic })).toBeNull(),
  )

  it('are dropped when they are none, whatever they are', () => {
    const read = pushReader()
    for (const topic of ['toString', '__proto__', 'run.unknown', null]) expect(read({ topic })).toBeNull()
    fc.assert(fc.property(fc.jsonValue(), (value) => read(value) === null))
  })

  it('reach nobody when they are none, and are told of once', () => {
    let say: (told: unknown) => void = () => undefined
    const connection = connectToWindow({
      call: async () => ({ result: null }),
      subscribe: (listener) => {
        say = listener
        return () => undefined
      },
    })
    const heard: Push[] = []
    connection.subscribe((push) => heard.push(push))
    for (const told of [null, 7, { topic: 'runs.removed' }, { topic: 'datasets.changed' }]) say(told)
    expect(heard).toEqual([{ topic: 'datasets.changed' }])
    expect(complaints).toHaveBeenCalledTimes(1)
  })
})
