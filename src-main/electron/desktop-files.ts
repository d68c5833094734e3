import { join } from 'node:path'
import type { Dialog, Shell } from 'electron'
import { exportRecordFile } from '#contract/export.ts'
import type { Desktop } from '../exports/desktop.ts'
import type { PickFile } from '../files/pick-file.ts'

/** The system's own dialog and file manager. */
export function desktopFiles(
  dialog: Pick<Dialog, 'showSaveDialog'>,
  shell: Pick<Shell, 'showItemInFolder'>,
): Desktop {
  return {
    async askWhereToSave(name) {
      const { canceled, filePath } = await dialog.showSaveDialog({
        title: 'Save the export',
        defaultPath: name,
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      })
      return canceled || filePath === '' ? null : filePath
    },
    showFolder: (path) => shell.showItemInFolder(join(path, exportRecordFile)),
  }
}

/** Asks for a file or folder in the system's own dialog. */
export function pickFileBy(dialog: Pick<Dialog, 'showOpenDialog'>): PickFile {
  return async ({ kind, extensions }) => {
    // Electron names extensions without their dot.
    const filters = [{ name: extensions.join(', '), extensions: extensions.map((name) => name.slice(1)) }]
    const { canceled, filePaths } = await dialog.showOpenDialog({
      properties: [kind === 'folder' ? 'openDirectory' : 'openFile'],
      ...(extensions.length > 0 && { filters }),
    })
    return canceled ? null : (filePaths[0] ?? null)
  }
}
