import { stripVTControlCharacters } from 'node:util'
import { deviceNames, type DeviceName, type DeviceStatus } from '#contract/device.ts'
import { Problem } from '#contract/problem.ts'
import { callWorker, type WorkerCallOptions } from '../workers/call-worker.ts'

const probeTimeoutMs = 60_000
/** A driver that does not come back listens to nobody: there is nothing to save, and searches wait for the answer. */
const stopDelays = { cancelMs: 500, terminateMs: 500 }

type Worker = Pick<WorkerCallOptions, 'spawnWorker' | 'dataDir'>

/** The devices of this machine, each tried once in a process of its own. */
export class DeviceList {
  readonly #worker: Worker
  readonly #timeoutMs: number
  #found: Promise<DeviceStatus[]> | undefined
  #trying: Promise<DeviceStatus[]> | undefined

  /** @param timeoutMs How long a device may take to answer. */
  constructor(worker: Worker, timeoutMs = probeTimeoutMs) {
    this.#worker = worker
    this.#timeoutMs = timeoutMs
  }

  /** Best first, as found when they were first asked for. */
  list(): Promise<DeviceStatus[]> {
    return (this.#found ??= this.listAgain())
  }

  /** What a run that wants this device must know; nothing is tried for the processor alone. */
  async for(wanted: DeviceName | 'auto'): Promise<DeviceStatus[]> {
    return wanted === 'cpu' ? [] : await this.list()
  }

  /** Tries all of them again, one after the other, so that none is slowed down by another; once, where they are being tried. */
  listAgain(): Promise<DeviceStatus[]> {
    this.#trying ??= probeAll(this.#worker, this.#timeoutMs).finally(() => (this.#trying = undefined))
    this.#found = this.#trying
    return this.#found
  }
}

async function probeAll(worker: Worker, timeoutMs: number): Promise<DeviceStatus[]> {
  const found: DeviceStatus[] = []
  for (const device of deviceNames) found.push(await probeDevice(worker, device, timeoutMs))
  return found
}

/** Runs a small model on a device in a throw-away process. A process that dies of it tells that as well. */
async function probeDevice(worker: Worker, device: DeviceName, timeoutMs: number): Promise<DeviceStatus> {
  let complaints = ''
  try {
    const { reason, productMs } = await callWorker(
      {
        ...worker,
        signal: AbortSignal.timeout(timeoutMs),
        stopDelays,
        onComplaint: (text) => (complaints += text),
      },
      'probe',
      device,
    )
    if (reason === '') return { device, available: true, reason, productMs }
    return refused(device, reason, complaints)
  } catch (error) {
    const reason = error instanceof Problem ? error.detail : `no answer: ${(error as Error).message}`
    return refused(device, reason, complaints)
  }
}

function refused(device: DeviceName, said: string, complaints: string): DeviceStatus {
  const reason = [said, lastComplaint(complaints)].map(readable).filter(Boolean).join(': ')
  return { device, available: false, reason, productMs: null }
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
