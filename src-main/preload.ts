import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { Push } from '#contract/calls.ts'
import { callChannel, pushChannel } from './electron/channels.ts'
import type { CallOutcome } from './answer-call.ts'

/**
 * What the window's page finds as `window.shapwright`. A call resolves to its outcome, because errors lose their
 * fields on the way between the two worlds.
 */
export interface Bridge {
  call(name: string, ...args: unknown[]): Promise<CallOutcome>
  subscribe(listener: (push: Push) => void): () => void
}

const bridge: Bridge = {
  call: (name, ...args) => ipcRenderer.invoke(callChannel, name, args),
  subscribe(listener) {
    const forward = (_event: IpcRendererEvent, push: Push) => listener(push)
    ipcRenderer.on(pushChannel, forward)
    return () => void ipcRenderer.off(pushChannel, forward)
  },
}

contextBridge.exposeInMainWorld('shapwright', bridge)
