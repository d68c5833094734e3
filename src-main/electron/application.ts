import { join } from 'node:path'
import type { BrowserWindow, MenuItemConstructorOptions } from 'electron'
import { reportOf } from '#contract/problem.ts'
import { defaultDataDir } from '../data-dir.ts'
import { packageRoot } from '../package-root.ts'
import { printProblem } from '../print-problem.ts'
import { createWorkbench, type Workbench } from '../workbench.ts'
import { utilityWorkers } from '../workers/electron-worker.ts'
import { announceEnds } from './announce-ends.ts'
import { bridgeCalls } from './bridge-calls.ts'
import { desktopFiles, pickFileBy } from './desktop-files.ts'
import { denyPermissions, guardContents } from './guard-contents.ts'
import type { ElectronParts } from './parts.ts'
import { askHowToQuit } from './quit.ts'
import { appScheme, appUrl, webPreferences } from './security.ts'
import { serveRenderer } from './serve-renderer.ts'
import { stayAwake } from './stay-awake.ts'
import { boundsOn, readWindowState, writeWindowState } from './window-state.ts'

/** The desktop application of one data folder; a second start of it shows the window of the first. */
export async function openApplication(electron: ElectronParts, dataDir = defaultDataDir()): Promise<void> {
  const { app, BrowserWindow, ipcMain, Menu, Notification, powerSaveBlocker, protocol, session } = electron
  // Chromium's own files; they also decide what counts as a second start.
  app.setPath('userData', join(dataDir, 'electron'))
  protocol.registerSchemesAsPrivileged([appScheme])
  if (!app.requestSingleInstanceLock()) return app.quit()
  app.on('second-instance', () => focus(BrowserWindow.getAllWindows()[0]))
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
  await app.whenReady()
  denyPermissions(session.defaultSession)
  serveRenderer(protocol, join(packageRoot, 'out', 'renderer'))
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf(process.platform)))
  const workbench = await openWorkbench(electron, dataDir)
  if (!workbench) return app.exit(2)
  bridgeCalls(ipcMain, workbench, () => BrowserWindow.getAllWindows())
  stayAwake(powerSaveBlocker, (listener) => workbench.subscribe(listener))
  const window = openWindow(electron, join(dataDir, 'window.json'))
  announceEnds({
    Notification,
    subscribe: (listener) => workbench.subscribe(listener),
    isWanted: async () => !window.isFocused() && (await workbench.handlers['settings.get']()).announceEnds,
    onClick: () => focus(window),
  })
  endWithWindow(electron, window, workbench)
  await window.loadURL(appUrl)
}

/** Null, after it has told why, where the data folder cannot be used. */
async function openWorkbench(electron: ElectronParts, dataDir: string): Promise<Workbench | null> {
  try {
    return await createWorkbench({
      dataDir,
      spawnWorker: utilityWorkers(electron.fork),
      report: printProblem,
      desktop: desktopFiles(electron.dialog, electron.shell),
      pickFile: pickFileBy(electron.dialog),
    })
  } catch (error) {
    const { message, where, detail, hint } = reportOf(error)
    printProblem(reportOf(error))
    electron.dialog.showErrorBox(message, `${where}: ${detail}\n\n${hint}`)
    return null
  }
}

function openWindow({ BrowserWindow, screen }: ElectronParts, statePath: string): BrowserWindow {
  const state = readWindowState(statePath)
  const window = new BrowserWindow({
    ...boundsOn(
      screen.getAllDisplays().map(({ workArea }) => workArea),
      state,
    ),
    minWidth: 640,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    webPreferences: { ...webPreferences, preload: join(packageRoot, 'out', 'preload', 'preload.cjs') },
  })
  if (state?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    try {
      writeWindowState(statePath, { bounds: window.getNormalBounds(), maximized: window.isMaximized() })
    } catch (error) {
      // On a full disk, too, the window closes as it should.
      printProblem(reportOf(error))
    }
  })
  return window
}

/**
 * The application ends when its window is closed, after the runs have come to rest. It also ends where that fails: a run
 * goes on from its last checkpoint, but nobody can do anything with a window that does not close.
 */
function endWithWindow({ app, dialog }: ElectronParts, window: BrowserWindow, workbench: Workbench): void {
  let state: 'open' | 'ending' | 'ended' = 'open'
  window.on('close', (event) => {
    if (state === 'ended') return
    event.preventDefault()
    if (state === 'open') void end()
  })
  async function end(): Promise<void> {
    state = 'ending'
    const stays = await rest().catch((error: unknown) => printProblem(reportOf(error)))
    state = stays ? 'open' : 'ended'
    if (!stays) app.quit()
  }
  async function rest(): Promise<'stays' | undefined> {
    const { active } = await workbench.handlers['runs.overview']()
    const running = await askHowToQuit(dialog, active.length)
    if (running === null) return 'stays'
    window.hide()
    await workbench.close({ running })
    return undefined
  }
}

function focus(window: BrowserWindow | undefined): void {
  if (window?.isMinimized()) window.restore()
  window?.focus()
}

/** Copy and paste, zoom and the window's own; no help that leads to foreign pages. */
function menuOf(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const application: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : []
  return [
    ...application,
    { role: 'fileMenu' },
    { role: 'editMenu' },
    { role: 'viewMenu' },
    { role: 'windowMenu' },
  ]
}
