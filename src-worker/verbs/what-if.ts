import type { Verb } from '../verb.ts'
import { trySwaps } from '../what-if/try-swaps.ts'

export const whatIf: Verb<'whatif'> = (context, task) => trySwaps(task, context)
