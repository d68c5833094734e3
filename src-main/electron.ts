import { join } from 'node:path'
import { app, BrowserWindow, ipcMain, protocol, session, utilityProcess } from 'electron'
import { Problem, reportOf } from '#contract/problem.ts'
import { serveAsset } from './assets.ts'
import { defaultDataDir } from './data-dir.ts'
import { callChannel, pushChannel } from './electron/channels.ts'
import { appScheme, appUrl, isAppUrl, webPreferences } from './electron/security.ts'
import { answerCall } from './answer-call.ts'
import { packageRoot } from './package-root.ts'
import { printProblem } from './print-problem.ts'
import { createWorkbench, type Workbench } from './workbench.ts'
import { utilityWorkers } from './workers/electron-worker.ts'

protocol.registerSchemesAsPrivileged([appScheme])
if (app.requestSingleInstanceLock()) void run()
else app.quit()

async function run(): Promise<void> {
  app.on('second-instance', focusWindow)
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event) => {
      if (!isAppUrl(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
  await app.whenReady()
  denyPermissions()
  serveRenderer()
  const workbench = await openWorkbench()
  connectWindows(workbench)
  await openWindow()
  app.on('window-all-closed', () => void workbench.close().then(() => app.quit()))
}

function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
}

function serveRenderer(): void {
  const root = join(packageRoot, 'out', 'renderer')
  protocol.handle(appScheme.scheme, async (request) => {
    const url = new URL(request.url)
    const { status, headers, body } = await serveAsset(root, isAppUrl(request.url) ? url.pathname : '')
    return new Response(Buffer.from(body), { status, headers })
  })
}

async function openWorkbench(): Promise<Workbench> {
  try {
    const dataDir = defaultDataDir()
    return await createWorkbench({
      dataDir,
      spawnWorker: utilityWorkers(utilityProcess.fork),
      report: printProblem,
    })
  } catch (error) {
    printProblem(reportOf(error))
    app.exit(2)
    throw error
  }
}

function connectWindows(workbench: Workbench): void {
  ipcMain.handle(callChannel, (event, name: unknown, args: unknown) => {
    if (isAppUrl(event.senderFrame?.url ?? '')) return answerCall(workbench.handlers, name, args)
    return { problem: new Problem('not-allowed', 'call', 'the caller is not the application').report() }
  })
  workbench.subscribe((push) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send(pushChannel, push)
  })
}

async function openWindow(): Promise<void> {
  const preload = join(packageRoot, 'out', 'preload', 'preload.cjs')
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    autoHideMenuBar: true,
    webPreferences: { ...webPreferences, preload },
  })
  await window.loadURL(appUrl)
}

function focusWindow(): void {
  const [window] = BrowserWindow.getAllWindows()
  if (window?.isMinimized()) window.restore()
  window?.focus()
}
