import { formatCount } from '#contract/format.ts'

/** `1 run`, `12 runs` */
export const countRuns = (count: number): string => `${formatCount(count)} ${count === 1 ? 'run' : 'runs'}`
