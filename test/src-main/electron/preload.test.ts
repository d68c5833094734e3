import { expect, it, vi } from 'vitest'
import { callChannel, pushChannel } from '#main/electron/channels.ts'

const exposed = vi.hoisted(() => new Map<string, Record<string, (...args: unknown[]) => unknown>>())
const ipc = vi.hoisted(() => ({ invoke: vi.fn(), on: vi.fn(), off: vi.fn() }))
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: never) => exposed.set(name, api) },
  ipcRenderer: ipc,
}))

it('the page gets two functions and nothing of Electron: neither channels nor events', async () => {
  await import('#main/preload.ts')
  expect([...exposed.keys()]).toEqual(['shapwright'])
  const bridge = exposed.get('shapwright')!
  expect(Object.keys(bridge).sort()).toEqual(['call', 'subscribe'])

  bridge['call']('runs.get', 'r1')
  expect(ipc.invoke).toHaveBeenCalledWith(callChannel, 'runs.get', ['r1'])

  const heard: unknown[][] = []
  const unsubscribe = bridge['subscribe']((...args: unknown[]) => heard.push(args)) as () => void
  const [channel, forward] = ipc.on.mock.calls[0] as [string, (...args: unknown[]) => void]
  expect(channel).toBe(pushChannel)
  forward({ sender: 'the event that gives access to everything' }, { topic: 'run.changed' })
  expect(heard).toEqual([[{ topic: 'run.changed' }]])
  unsubscribe()
  expect(ipc.off).toHaveBeenCalledWith(pushChannel, forward)
})
