import { describe, expect, it } from 'vitest'
import { appScheme, isAppUrl, webPreferences } from '#main/electron/security.ts'

describe('the security of the window', () => {
  it('gives the page no Node, its own world and a sandbox', () => {
    expect(webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    })
  })

  it('serves the page from a secure scheme that does not bypass its own policy', () => {
    expect(appScheme.privileges).toEqual({ standard: true, secure: true, supportFetchAPI: true })
  })

  it('takes only its own page for its own', () => {
    expect(['app://shapwright/', 'app://shapwright/#/runs/1'].map(isAppUrl)).toEqual([true, true])
    const foreign = [
      'app://shapwright.evil/',
      'app://evil/',
      'app://shapwright@evil/',
      'app://user@shapwright/',
      'http://shapwright/',
      'file:///app://shapwright/',
      'about:blank',
      'data:text/html,hello',
      'javascript:alert(1)',
      'shapwright',
      '',
    ]
    expect(foreign.filter(isAppUrl)).toEqual([])
  })
})
