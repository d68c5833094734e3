import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { CallArguments, CallName, CallResult } from '#contract/calls.ts'
import type { CallOutcome } from '#main/answer-call.ts'
import { Problem } from '#contract/problem.ts'

const entry = fileURLToPath(new URL('../../src-main/start.js', import.meta.url))

/** The real host in a process of its own, spoken to as a browser does. */
export class HostProcess {
  readonly child: ChildProcess
  /** What a person opens in a browser, token included. */
  readonly url: string
  readonly #address: string
  readonly #cookie: string

  private constructor(child: ChildProcess, address: string, token: string, cookie: string) {
    this.child = child
    this.url = `${address}/#token=${token}`
    this.#address = address
    this.#cookie = cookie
  }

  /** Starts a host that does not have to open. */
  static spawn(dataDir: string, ...args: string[]): ChildProcess {
    const all = [entry, '--host', '--data-dir', dataDir, ...args]
    return spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] })
  }

  static async open(dataDir: string, ...args: string[]): Promise<HostProcess> {
    const child = HostProcess.spawn(dataDir, ...args)
    const complaints: string[] = []
    child.stderr!.on('data', (chunk: Buffer) => complaints.push(chunk.toString()))
    for await (const line of createInterface({ input: child.stdout! })) {
      const [, address, token] = /at (http:\S+)\/#token=(\S+)/.exec(line) ?? []
      if (!address) continue
      child.stdout!.resume()
      const response = await fetch(`${address}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      })
      return new HostProcess(child, address, token, response.headers.getSetCookie()[0].split(';')[0])
    }
    throw new Error(`the host did not open: ${complaints.join('')}`)
  }

  /** @throws Problem what the call was refused with */
  async call<C extends CallName>(name: C, ...args: CallArguments<C>): Promise<CallResult<C>> {
    const response = await fetch(`${this.#address}/api/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: this.#cookie },
      body: JSON.stringify({ name, args }),
    })
    const outcome = (await response.json()) as CallOutcome
    if ('problem' in outcome) throw Problem.from(outcome.problem)
    return outcome.result as CallResult<C>
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exit = once(this.child, 'exit')
    this.child.kill(signal)
    await exit
  }
}
