import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const entry = fileURLToPath(new URL('../../src-main/start.js', import.meta.url))

it('builds the window where it must, opens the host, and ends in order on Ctrl+C', async () => {
  const dataDir = temporaryFolder()
  // Without a display there is no Electron window either: `npm start` has to say so in one line and open the host.
  const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', SHAPWRIGHT_DATA_DIR: dataDir }
  const start = (...args: string[]) =>
    spawn(process.execPath, [entry, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const first = start()
  const lines: string[] = []
  for await (const line of createInterface({ input: first.stdout })) {
    lines.push(line)
    if (line.includes('http://')) break
  }
  const [, address] = /at (http:\S+)\/#token=/.exec(lines.at(-1)!)!
  expect(lines[0]).toMatch(/^No Electron window: .+\. Opening the local host instead\.$/)
  const page = await fetch(address)
  expect(await page.text()).toContain('<div id="app"')
  expect((await fetch(`${address}/api/call`, { method: 'POST', body: '{}' })).status).toBe(401)

  const second = start('--host')
  const complaint: Buffer[] = []
  second.stderr.on('data', (chunk: Buffer) => complaint.push(chunk))
  expect(await once(second, 'exit')).toEqual([2, null])
  expect(Buffer.concat(complaint).toString()).toContain(`process ${first.pid} on`)

  first.kill('SIGINT')
  expect(await once(first, 'exit')).toEqual([0, null])
})
