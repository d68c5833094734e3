import { Problem } from '#contract/problem.ts'

/**
 * JSON for people (two spaces). Throws RangeError on a number that is not finite: JSON would turn it into null
 * without a word.
 */
export const encodeJson = (value: unknown): string => `${stringify(value, 2)}\n`

/** The same on one line, without a line feed at its end. */
export const encodeJsonLine = (value: unknown): string => stringify(value)

function stringify(value: unknown, indent?: number): string {
  const finite = (key: string, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part))
      throw new RangeError(`${key} is ${part}, not a finite number`)
    return part
  }
  return JSON.stringify(value, finite, indent)
}

/** The value of a JSON file of a run. Throws `run-damaged`, naming the file. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem('run-damaged', where, (error as Error).message, { cause: error })
  }
}
