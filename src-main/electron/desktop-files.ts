import { join } from 'node:path'
import type { Dialog, Shell } from 'electron'
import { exportRecordFile } from '#contract/export.ts'
import type { Desktop } from '../exports/desktop.ts'

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
