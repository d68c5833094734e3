import { Held } from '../onnx/held.ts'
import type { Value } from '../onnx/session.ts'

/** A state between two calls: its vectors as numbers, or on the device that computes. */
export interface Place {
  readonly step: number
  readonly vectors: Readonly<Record<(typeof vectorNames)[number], Value | Held>>
}

export const vectorNames = ['weights', 'm', 'v'] as const

/** The numbers of a vector, copied from the device if it is there. */
export async function numbersOf(value: Value | Held): Promise<Float32Array> {
  return value instanceof Held ? value.read() : (value.data as Float32Array)
}

/** Gives back what the device holds of a place. */
export function disposeOf({ vectors }: Place): void {
  for (const value of Object.values(vectors)) if (value instanceof Held) value.dispose()
}
