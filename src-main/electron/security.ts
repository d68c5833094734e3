import type { BrowserWindowConstructorOptions, CustomScheme } from 'electron'

/** What every window is made with: the renderer is an untrusted page without Node. */
export const webPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
} satisfies BrowserWindowConstructorOptions['webPreferences']

/** The renderer's own protocol: a secure origin without file access. */
export const appScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true },
} satisfies CustomScheme

/** The one page of the application. */
export const appUrl = 'app://shapwright/'

/** Whether a frame shows the application's own page; only such a frame may navigate, be asked for, or call. */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host, username, password } = new URL(url)
  return protocol === 'app:' && host === 'shapwright' && username === '' && password === ''
}
