import type * as electron from 'electron'

/** What the application needs of Electron, handed in so that everything above it runs without its binary too. */
export type ElectronParts = Pick<
  typeof electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'Notification'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'shell'
> & { fork: typeof electron.utilityProcess.fork }
