import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { GraphicsCard } from '#contract/calls/devices.ts'

const fields = ['index', 'name', 'memory.total', 'memory.used', 'utilization.gpu', 'temperature.gpu'] as const

/**
 * NVIDIA's cards as their driver's own program tells them; it opens none of them for computing. No cards where the program
 * is not there or gives no answer within five seconds.
 */
export async function listGraphicsCards(program = 'nvidia-smi'): Promise<GraphicsCard[]> {
  const args = [`--query-gpu=${fields.join()}`, '--format=csv,noheader,nounits']
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: 5000, windowsHide: true })
    return cardsFromCsv(stdout)
  } catch (error) {
    if (isFailedProgram(error)) return []
    throw error
  }
}

/** A line a card; memory in MiB; what the driver does not know it writes as `[N/A]`. */
export function cardsFromCsv(text: string): GraphicsCard[] {
  const number = (cell: string): number | null => (/^\d+(\.\d+)?$/.test(cell) ? Number(cell) : null)
  const bytes = (cell: string): number | null => (number(cell) === null ? null : Number(cell) * 2 ** 20)
  return text
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === fields.length)
    .map(([index, name, total, used, load, temperature]) => ({
      index: Number(index),
      name,
      memoryBytes: bytes(total),
      usedBytes: bytes(used),
      load: number(load) === null ? null : Number(load) / 100,
      celsius: number(temperature),
    }))
}

/** It is not installed, ended badly, or took too long. */
function isFailedProgram(error: unknown): boolean {
  return error instanceof Error && ('code' in error || 'killed' in error)
}
