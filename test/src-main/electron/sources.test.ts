import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { webPreferences } from '#main/electron/security.ts'
import { packageRoot } from '#main/package-root.ts'

const read = (pattern: string) =>
  globSync(pattern, { cwd: packageRoot }).map((file) => ({
    file,
    text: readFileSync(join(packageRoot, file), 'utf8'),
  }))
const including = (files: { file: string; text: string }[], pattern: RegExp) =>
  files.filter(({ text }) => pattern.test(text)).map(({ file }) => file)

it('nothing is handed to the operating system to open', () => {
  expect(including(read('src-main/**/*.ts'), /openExternal|openPath/)).toEqual([])
})

it('no file is shown by a file: address, and no page is loaded from elsewhere', () => {
  expect(including(read('src-main/electron/**/*.ts'), /loadFile|['"`]file:|https?:\/\//)).toEqual([])
  expect(including(read('src-renderer/index.html'), /https?:\/\//)).toEqual([])
})

it('no feature of Chromium is switched on', () => {
  expect(Object.keys(webPreferences)).not.toContain('enableBlinkFeatures')
  expect(
    including(read('src-main/electron*/**/*.ts'), /appendSwitch|disable-web-security|no-sandbox/),
  ).toEqual([])
})

it('only the entry, the preload script and types touch Electron', () => {
  const importing = including(read('src-main/**/*.ts'), /^import (?!type).*from 'electron'/m)
  expect(importing.concat(including(read('src-main/electron.ts'), /\} from 'electron'/))).toEqual([
    join('src-main', 'preload.ts'),
    join('src-main', 'electron.ts'),
  ])
})

it('Electron is of a supported line', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>
  }
  expect(Number(/\d+/.exec(devDependencies['electron'])![0])).toBeGreaterThanOrEqual(45)
})
