import { EventEmitter } from 'node:events'
import type { IpcMainInvokeEvent } from 'electron'
import type { ElectronParts } from '#main/electron/parts.ts'

type Listener = (...args: never[]) => unknown

/** A page as Electron shows it, as far as the application deals with it. */
class FakeContents extends EventEmitter {
  readonly sent: unknown[][] = []
  openHandler: ((details: { url: string }) => { action: string }) | undefined
  setWindowOpenHandler(handler: FakeContents['openHandler']): void {
    this.openHandler = handler
  }
  send(...message: unknown[]): void {
    this.sent.push(message)
  }
  isDestroyed(): boolean {
    return false
  }
  /** Whether something that the page tries was stopped. */
  isStopped(event: string, url: string): boolean {
    let stopped = false
    this.emit(event, { url, preventDefault: () => (stopped = true) }, url)
    return stopped
  }
}

class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  readonly calls: string[] = []
  readonly options: Record<string, unknown>
  constructor(options: Record<string, unknown>, contents: (made: FakeContents) => void) {
    super()
    this.options = options
    contents(this.webContents)
  }
  async loadURL(url: string): Promise<void> {
    this.calls.push(`load ${url}`)
    this.emit('ready-to-show')
  }
  show = () => void this.calls.push('show')
  hide = () => void this.calls.push('hide')
  focus = () => void this.calls.push('focus')
  restore = () => void this.calls.push('restore')
  maximize = () => void this.calls.push('maximize')
  isMinimized = () => true
  isFocused = () => false
  isMaximized = () => false
  getNormalBounds = () => ({ x: 10, y: 20, width: 1000, height: 700 })
  /** The reader closes the window; false when it stays. */
  close(): boolean {
    let stays = false
    this.emit('close', { preventDefault: () => (stays = true) })
    return !stays
  }
}

/** Stands in for Electron: it opens nothing, remembers what it was told, and lets a test act as the user and the page. */
export class FakeElectron {
  readonly app = new EventEmitter()
  readonly windows: FakeWindow[] = []
  readonly told: string[] = []
  readonly schemes: unknown[] = []
  readonly permissions: { request?: Listener; check?: Listener; device?: Listener } = {}
  readonly ipc = new Map<string, (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown>()
  protocolHandler: ((request: Request) => Promise<Response>) | undefined
  /** The button that the user presses in the next question. */
  answer = 0
  readonly questions: { message: string; buttons: string[] }[] = []
  isFirst = true
  readonly parts: ElectronParts

  constructor() {
    const tell = (line: string) => void this.told.push(line)
    Object.assign(this.app, {
      setPath: (name: string, path: string) => tell(`${name} ${path}`),
      requestSingleInstanceLock: () => this.isFirst,
      whenReady: async () => undefined,
      quit: () => tell('quit'),
      exit: (code: number) => tell(`exit ${code}`),
    })
    const made = (window: FakeWindow) => this.windows.push(window)
    const show = (contents: FakeContents) => this.app.emit('web-contents-created', {}, contents)
    class BrowserWindow extends FakeWindow {
      static getAllWindows: () => FakeWindow[]
      constructor(options: Record<string, unknown>) {
        super(options, show)
        made(this)
      }
    }
    BrowserWindow.getAllWindows = () => this.windows
    let blocks = 0
    this.parts = {
      app: this.app,
      BrowserWindow,
      dialog: {
        showSaveDialog: async () => ({ canceled: true, filePath: '' }),
        showErrorBox: (title: string) => tell(`error ${title}`),
        showMessageBox: async (question: { message: string; buttons: string[] }) => {
          this.questions.push(question)
          return { response: this.answer }
        },
      },
      fork: () => {
        throw new Error('no process may be started')
      },
      ipcMain: { handle: (channel: string, handler: never) => this.ipc.set(channel, handler) },
      Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => tell('menu') },
      Notification: class extends EventEmitter {
        readonly options: { title: string; body: string }
        constructor(options: { title: string; body: string }) {
          super()
          this.options = options
        }
        show = () => tell(`notify ${this.options.title}: ${this.options.body}`)
      },
      powerSaveBlocker: {
        start: (kind: string) => (tell(`awake ${kind}`), ++blocks),
        stop: (block: number) => tell(`asleep ${block}`),
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes: unknown[]) => this.schemes.push(...schemes),
        handle: (_scheme: string, handler: never) => (this.protocolHandler = handler),
      },
      screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
      session: {
        defaultSession: {
          setPermissionRequestHandler: (handler: Listener) => (this.permissions.request = handler),
          setPermissionCheckHandler: (handler: Listener) => (this.permissions.check = handler),
          setDevicePermissionHandler: (handler: Listener) => (this.permissions.device = handler),
        },
      },
    } as unknown as ElectronParts
  }
}
