import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** Why the browser tests cannot run here, or null. */
export const browserMissing = existsSync(executablePath)
  ? null
  : `no ${executablePath}: run \`apt-get install -y --no-install-recommends chromium\``

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface WatchedPage {
  page: Page
  /** Errors of the console and of scripts, refused resources included. */
  errors: string[]
  /** Requests to anywhere but the host. */
  foreign: string[]
}

export interface PageOptions {
  scheme?: 'light' | 'dark'
  width?: number
  height?: number
}

/** A fresh page that remembers everything a reader should never meet. */
export async function openPage(
  browser: Browser,
  { scheme = 'light', width = 1440, height = 900 }: PageOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const errors: string[] = []
  const foreign: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') foreign.push(request.url())
  })
  return { page, errors, foreign }
}
