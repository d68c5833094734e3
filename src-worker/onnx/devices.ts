import { fork } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { Problem } from '#contract/problem.ts'
import type { Device } from './session.ts'

/** Whether a device can run models here, and if not, why not. */
export interface DeviceStatus {
  readonly device: Device
  readonly available: boolean
  /** Empty for an available device. */
  readonly reason: string
  /** Milliseconds of a product of 512 × 512 matrices; null for a device that is not available. */
  readonly productMs: number | null
}

/** What a probe reports: why the device cannot be used (empty where it can), and its speed. */
export interface ProbeAnswer {
  readonly reason: string
  readonly productMs: number | null
}

/** In the order of preference. */
const devices: readonly Device[] = ['cuda', 'webgpu', 'cpu']

const probeTimeoutMs = 60_000

/** The probe beside this file; the build makes it a program of its own beside the worker's entry, above its chunks. */
const probeProgram = new URL(import.meta.url.endsWith('.ts') ? './probe.ts' : '../probe.js', import.meta.url)

/** Tries every device in a process of its own, best first. */
export function listDevices(): Promise<DeviceStatus[]> {
  return Promise.all(devices.map(probeDevice))
}

/** The device that was taken, and why each better one was not. */
export interface DeviceChoice {
  readonly device: Device
  readonly refused: readonly { device: Device; reason: string }[]
}

/** A device that is so many times slower than the processor is the processor in disguise: a software adapter. */
const softwareSlowdown = 5

/**
 * The device to run on: for 'auto' the first that works and is no software adapter. Throws a problem with the reason
 * when the wanted one does not work, or when none does.
 */
export async function chooseDevice(wanted: Device | 'auto'): Promise<DeviceChoice> {
  const tried = wanted === 'auto' ? refuseSlow(await listDevices()) : [await probeDevice(wanted)]
  const position = tried.findIndex(({ available }) => available)
  const refused = tried.slice(0, position < 0 ? undefined : position)
  if (position >= 0) {
    return {
      device: tried[position].device,
      refused: refused.map(({ device, reason }) => ({ device, reason })),
    }
  }
  const reasons = refused.map(({ device, reason }) => `${device}: ${reason}`).join('; ')
  throw new Problem('device-unavailable', wanted, reasons)
}

/** The devices, those that compute far slower than the processor refused. */
export function refuseSlow(devices: readonly DeviceStatus[]): DeviceStatus[] {
  const processor = devices.find(({ device }) => device === 'cpu')?.productMs ?? Infinity
  return devices.map((status) => {
    const { device, productMs } = status
    if (device === 'cpu' || productMs === null || productMs <= softwareSlowdown * processor) return status
    const reason = `it takes ${productMs.toFixed(1)} ms for what takes the processor ${processor.toFixed(1)} ms`
    return { device, available: false, reason, productMs: null }
  })
}

/** Runs a small model on a device in a throw-away process. */
async function probeDevice(device: Device): Promise<DeviceStatus> {
  const child = fork(probeProgram, [device], {
    // Electron's program runs a script as Node does only when it is told to; Node ignores this.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: probeTimeoutMs,
  })
  let answer: ProbeAnswer | undefined
  child.on('message', (message) => (answer = message as ProbeAnswer))
  const closed = new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`))
  })
  const [complaints, end] = await Promise.all([text(child.stderr!), closed])
  if (answer?.reason === '') return { device, available: true, ...answer }
  const said = answer ? answer.reason : `the probe ended with ${end}`
  return {
    device,
    available: false,
    reason: [said, lastComplaint(complaints)].map(readable).filter(Boolean).join(': '),
    productMs: null,
  }
}

/** What the native library wrote last: it alone names a missing file. Colours and stack frames are cut off. */
function lastComplaint(stderr: string): string {
  const lines = stripVTControlCharacters(stderr)
    .split('\n')
    .map((line) => line.replace(/^.*?\[E:onnxruntime:[^\]]*\]\s*/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('at '))
  return lines.at(-1) ?? ''
}

/** Cuts ONNX Runtime's own source locations and conditions off a message. */
function readable(message: string): string {
  return message
    .replace(/\/onnxruntime_src\/.*?(?:was false\. |\[ONNXRuntimeError\] : \d+ : \w+ : )/s, '')
    .trim()
}
