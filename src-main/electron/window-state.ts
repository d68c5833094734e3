import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { writeAtomically } from '#worker/run-directory/atomic-file.ts'
import { encodeJson } from '#worker/run-directory/json.ts'

const rectangle = z.object({ x: z.int(), y: z.int(), width: z.int().min(640), height: z.int().min(480) })
const windowState = z.object({ bounds: rectangle, maximized: z.boolean() })
export type Rectangle = z.infer<typeof rectangle>
export type WindowState = z.infer<typeof windowState>

/** The first window's size, in device-independent pixels. */
export const firstSize = { width: 1440, height: 900 }

/** Where the window was; null at the first start, and when the file cannot be read or does not say. */
export function readWindowState(path: string): WindowState | null {
  return windowState.safeParse(contentOrNull(path)).data ?? null
}

/** @throws Problem `data-folder-unwritable` */
export function writeWindowState(path: string, state: WindowState): void {
  mkdirSync(dirname(path), { recursive: true })
  writeAtomically(path, encodeJson(state))
}

/**
 * The bounds to open with: those of last time while enough of them lies on a screen to be seen and moved, else a first
 * window in the middle.
 */
export function boundsOn(
  workAreas: readonly Rectangle[],
  state: WindowState | null,
): Partial<Rectangle> & { width: number; height: number } {
  return state && workAreas.some((area) => overlap(area, state.bounds) >= 0.25) ? state.bounds : firstSize
}

/** The share of the window that lies on the area. */
function overlap(area: Rectangle, bounds: Rectangle): number {
  const width = Math.min(area.x + area.width, bounds.x + bounds.width) - Math.max(area.x, bounds.x)
  const height = Math.min(area.y + area.height, bounds.y + bounds.height) - Math.max(area.y, bounds.y)
  return (Math.max(0, width) * Math.max(0, height)) / (bounds.width * bounds.height)
}

function contentOrNull(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
