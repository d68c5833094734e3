import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron'
import { Problem } from '#contract/problem.ts'
import { answerCall } from '../answer-call.ts'
import type { Workbench } from '../workbench.ts'
import { callChannel, pushChannel } from './channels.ts'
import { isAppUrl } from './security.ts'

/** Lets the application's own page, and no frame within it, make calls and hear pushes. */
export function bridgeCalls(
  ipc: IpcMain,
  workbench: Pick<Workbench, 'handlers' | 'subscribe'>,
  windows: () => readonly { webContents: Pick<WebContents, 'send' | 'isDestroyed'> }[],
): void {
  ipc.handle(callChannel, (event, name: unknown, args: unknown) => {
    if (isOwnPage(event)) return answerCall(workbench.handlers, name, args)
    return { problem: new Problem('not-allowed', 'call', 'the caller is not the application').report() }
  })
  workbench.subscribe((push) => {
    for (const { webContents } of windows()) {
      if (!webContents.isDestroyed()) webContents.send(pushChannel, push)
    }
  })
}

function isOwnPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isAppUrl(senderFrame.url)
}
