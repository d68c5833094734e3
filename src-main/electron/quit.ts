import type { Dialog } from 'electron'

/** What becomes of the runs that are being worked on when the application ends; null: it does not end. */
export type EndOfRuns = 'pause' | 'cancel' | null

/** Asks only when something is lost by not asking: while runs are being worked on or wait. */
export async function askHowToQuit(
  dialog: Pick<Dialog, 'showMessageBox'>,
  active: number,
): Promise<EndOfRuns> {
  if (active === 0) return 'pause'
  const runs = active === 1 ? 'A run is' : `${active} runs are`
  const answers = ['pause', null, 'cancel'] as const
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: `${runs} still going on`,
    detail: 'Paused at the next checkpoint, a run goes on from there when it is resumed. Nothing is lost.',
    buttons: ['Pause and quit', 'Stay', 'Cancel the runs and quit'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  })
  return answers[response] ?? null
}
