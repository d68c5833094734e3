import { vi } from 'vitest'
import { main } from '#main/cli.ts'
import type { Ended } from './command.ts'

/** The command line in this process, with what it writes: a second faster than a process of its own. */
export async function runHere(...args: string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' }
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((line) => void (written.stdout += `${line}\n`)),
    vi.spyOn(console, 'error').mockImplementation((line) => void (written.stderr += `${line}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((written.stdout += text), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((written.stderr += text), true)),
  ]
  const before = process.exitCode
  process.exitCode = 0
  try {
    await main(args)
    return { ...written, code: Number(process.exitCode) }
  } finally {
    process.exitCode = before
    for (const spy of spies) spy.mockRestore()
  }
}
