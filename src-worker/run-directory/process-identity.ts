import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { RunStatus } from '#contract/run/status.ts'

/** A process, told from a later one that got the same number. */
export type ProcessIdentity = NonNullable<RunStatus['process']>

/** The identity of a live process of this machine; null when none has this number. */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const startTime = process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid)
  return startTime === null ? null : { pid, startTime, host: hostname() }
}

/** Whether that very process still lives; `unknown` where it belongs to another machine. */
export function livenessOf(identity: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  if (identity.host !== hostname()) return 'unknown'
  return identifyProcess(identity.pid)?.startTime === identity.startTime ? 'alive' : 'dead'
}

/** Boot and clock ticks since then (proc(5): field 22 of `stat`). A zombie has ended, though it still has a number. */
function startTimeFromProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return null
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return `${boot}/${fields[18]}`
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
}

const isGone = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ESRCH'
}

function startTimeFromPs(pid: number): string | null {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return started.trim() || null
  } catch (error) {
    // ps ends with a status when there is no such process, without one when ps itself cannot be run.
    if (typeof (error as { status?: unknown }).status === 'number') return null
    throw error
  }
}
