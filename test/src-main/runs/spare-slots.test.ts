import { describe, expect, it } from 'vitest'
import { SpareSlots } from '#main/runs/spare-slots.ts'

/** Whether a promise has an answer by now. */
const settled = async (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))])

const never = new AbortController().signal

describe('spare slots', () => {
  it('are given out while searches leave some, each to one piece of work', async () => {
    let free = 1
    const slots = new SpareSlots(() => free)
    const first = await slots.take(never)
    const second = slots.take(never)
    expect(await settled(second)).toBe(false)
    free = 2
    slots.notice()
    expect(await settled(second)).toBe(true)
    const third = slots.take(never)
    expect(await settled(third)).toBe(false)
    first()
    expect(await settled(third)).toBe(true)
  })

  it('are not taken while searches have all of them', async () => {
    let free = 0
    const slots = new SpareSlots(() => free)
    const waiting = slots.take(never)
    slots.notice()
    expect(await settled(waiting)).toBe(false)
    free = 1
    slots.notice()
    expect(await settled(waiting)).toBe(true)
  })

  it('go to the next when one stops waiting', async () => {
    let free = 0
    const slots = new SpareSlots(() => free)
    const stop = new AbortController()
    const given = slots.take(stop.signal)
    const next = slots.take(never)
    stop.abort(new Error('no longer'))
    await expect(given).rejects.toThrow('no longer')
    free = 1
    slots.notice()
    expect(await settled(next)).toBe(true)
    await expect(slots.take(stop.signal)).rejects.toThrow('no longer')
  })
})
