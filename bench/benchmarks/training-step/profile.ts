import { globSync, readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'

const profile = z.array(
  z.looseObject({
    cat: z.string(),
    name: z.string(),
    /** Microseconds. */
    dur: z.number(),
    args: z.looseObject({ op_name: z.string().optional() }).optional(),
  }),
)

/** What one kind of operator takes of a step. */
export interface OperatorShare {
  readonly operator: string
  readonly share: number
  readonly nodes: number
}

/** The kinds of operators by their share of the time of all nodes inside the loop of a profile, largest first. */
export function sharesOf(text: string): OperatorShare[] {
  const kinds = new Map<string, { time: number; names: Set<string> }>()
  for (const { cat, name, dur, args } of profile.parse(JSON.parse(text))) {
    const operator = args?.op_name
    if (cat !== 'Node' || !operator || operator === 'Scan' || !name.endsWith('_kernel_time')) continue
    const kind = kinds.get(operator) ?? { time: 0, names: new Set() }
    kinds.set(operator, { time: kind.time + dur, names: kind.names.add(name) })
  }
  const total = [...kinds.values()].reduce((sum, { time }) => sum + time, 0)
  return [...kinds]
    .map(([operator, { time, names }]) => ({ operator, share: time / total, nodes: names.size }))
    .toSorted((a, b) => b.share - a.share)
}

/** The shares in the files that ONNX Runtime wrote under a prefix, which are removed. */
export function takeProfile(prefix: string): OperatorShare[] {
  const files = globSync(`${prefix}*`)
  if (files.length !== 1) throw new Error(`${files.length} profiles under ${prefix}`)
  const shares = sharesOf(readFileSync(files[0], 'utf8'))
  rmSync(files[0])
  return shares
}
