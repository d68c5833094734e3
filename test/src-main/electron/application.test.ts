import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { appCalls } from '#contract/calls/app.ts'
import { openApplication } from '#main/electron/application.ts'
import { callChannel } from '#main/electron/channels.ts'
import { lockDataFolder } from '#main/lock.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { sampleConfig } from '../sample-runs.ts'
import { FakeElectron } from './fake-electron.ts'

const opened: FakeElectron[] = []
afterEach(async () => {
  for (const electron of opened.splice(0)) await quit(electron)
})

async function quit(electron: FakeElectron): Promise<void> {
  const [window] = electron.windows
  if (!window || electron.told.includes('quit')) return
  electron.answer = 0
  window.close()
  await vi.waitFor(() => expect(electron.told).toContain('quit'), 10_000)
}

async function open(dataDir = temporaryFolder(), electron = new FakeElectron()): Promise<FakeElectron> {
  opened.push(electron)
  await openApplication(electron.parts, dataDir)
  return electron
}

const page = { url: 'app://shapwright/#/runs', parent: null }

describe('the desktop application', () => {
  it("opens one window of its own page, in a sandbox, and keeps Chromium's files in the data folder", async () => {
    const dataDir = temporaryFolder()
    const { windows, told } = await open(dataDir)
    expect(windows).toHaveLength(1)
    expect(windows[0].calls).toEqual(['load app://shapwright/', 'show'])
    expect(windows[0].options['webPreferences']).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      preload: expect.stringMatching(/out.preload.preload\.cjs$/),
    })
    expect(told).toContain(`userData ${join(dataDir, 'electron')}`)
  })

  it('shows the first window instead of opening a second', async () => {
    const first = await open()
    first.app.emit('second-instance')
    expect(first.windows[0].calls).toEqual(expect.arrayContaining(['restore', 'focus']))
    const second = new FakeElectron()
    second.isFirst = false
    await open(temporaryFolder(), second)
    expect(second.windows).toEqual([])
    expect(second.told).toContain('quit')
  })

  it('says why it does not open where another process holds the data folder', async () => {
    const dataDir = temporaryFolder()
    const lock = await lockDataFolder(dataDir)
    const { windows, told } = await open(dataDir)
    await lock.release()
    expect(windows).toEqual([])
    expect(told).toEqual(
      expect.arrayContaining([expect.stringMatching(/^error Another Shapwright/), 'exit 2']),
    )
  })

  it('answers the calls of its own page alone', async () => {
    const { ipc } = await open()
    const call = async (senderFrame: unknown, name = 'app.info') =>
      (await ipc.get(callChannel)!({ senderFrame } as never, name, [])) as { problem?: { code: string } }
    expect(Object.keys(appCalls)).toContain('app.info')
    expect(await call(page)).toMatchObject({ result: { version: expect.any(String) } })
    for (const foreign of [null, { ...page, url: 'https://example.org/' }, { ...page, parent: page }])
      expect((await call(foreign)).problem?.code).toBe('not-allowed')
    expect((await call(page, 'app.erase')).problem?.code).toBe('bad-request')
  })

  it('serves its own address alone, and only for reading', async () => {
    const { protocolHandler, schemes } = await open()
    expect(schemes).toEqual([expect.objectContaining({ scheme: 'app' })])
    const get = async (url: string, method = 'GET') => await protocolHandler!(new Request(url, { method }))
    expect((await get('app://shapwright/nothing.js')).status).toBe(404)
    expect((await get('app://elsewhere/index.html')).status).toBe(404)
    expect((await get('app://shapwright/%2e%2e/%2e%2e/package.json')).status).toBe(404)
    expect((await get('app://shapwright/', 'POST')).status).toBe(405)
    expect((await get('app://shapwright/nothing')).headers.get('content-security-policy')).toMatch(
      /script-src 'self'/,
    )
  })

  it('remembers where the window was', async () => {
    const dataDir = temporaryFolder()
    await quit(await open(dataDir))
    expect(existsSync(join(dataDir, 'window.json'))).toBe(true)
    const { windows } = await open(dataDir)
    expect(windows[0].options).toMatchObject({ x: 10, y: 20, width: 1000, height: 700 })
  })

  it('ends with its window, and leaves the data folder to others', async () => {
    const dataDir = temporaryFolder()
    const electron = await open(dataDir)
    await quit(electron)
    expect(electron.questions).toEqual([])
    await (await lockDataFolder(dataDir)).release()
  })

  it('ends also where the place of its window or the state of its runs cannot be kept', async () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const dataDir = temporaryFolder()
    mkdirSync(join(dataDir, 'window.json'))
    const electron = await open(dataDir)
    rmSync(join(dataDir, 'lock'))
    mkdirSync(join(dataDir, 'lock'))
    expect(electron.windows[0].close()).toBe(false)
    await vi.waitFor(() => expect(electron.told).toContain('quit'), 10_000)
    expect(electron.windows[0].close()).toBe(true)
    expect(complaints).toHaveBeenCalled()
    complaints.mockRestore()
  })

  it('asks once, however often its window is closed', async () => {
    const dataDir = temporaryFolder()
    createRun(join(dataDir, 'runs'), sampleConfig())
    const electron = await open(dataDir)
    electron.answer = 1
    for (let i = 0; i < 3; i++) expect(electron.windows[0].close()).toBe(false)
    await vi.waitFor(() => expect(electron.questions).toHaveLength(1), 10_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(electron.questions).toHaveLength(1)
  })

  it('asks before it ends while a run waits, and stays when told to', async () => {
    const dataDir = temporaryFolder()
    createRun(join(dataDir, 'runs'), sampleConfig())
    const electron = await open(dataDir)
    electron.answer = 1
    expect(electron.windows[0].close()).toBe(false)
    await vi.waitFor(() => expect(electron.questions).toHaveLength(1), 10_000)
    expect(electron.questions[0].message).toMatch(/going on/)
    expect(electron.told).not.toContain('quit')
  })
})

describe('what a page in the window may do', () => {
  it('goes nowhere, opens nothing, embeds nothing', async () => {
    const [{ webContents }] = (await open()).windows
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      expect(webContents.isStopped(event, 'https://example.org/')).toBe(true)
      expect(webContents.isStopped(event, 'file:///etc/passwd')).toBe(true)
      expect(webContents.isStopped(event, 'app://shapwright/#/compare')).toBe(false)
    }
    expect(webContents.isStopped('will-attach-webview', 'app://shapwright/')).toBe(true)
    expect(webContents.openHandler!({ url: 'app://shapwright/' })).toEqual({ action: 'deny' })
  })

  it('is granted no permission', async () => {
    const { permissions } = await open()
    const grants: boolean[] = []
    const grant = (granted: boolean) => grants.push(granted)
    permissions.request!(...([null, 'media', grant] as never[]))
    permissions.request!(...([null, 'openExternal', grant] as never[]))
    expect(grants).toEqual([false, false])
    expect(permissions.check!(...([null, 'geolocation'] as never[]))).toBe(false)
    expect(permissions.device!(...([{ deviceType: 'usb' }] as never[]))).toBe(false)
  })
})
