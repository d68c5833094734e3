/** Whether a run's name says its seed already, as the names of a study's runs do. */
export const tellsSeed = (name: string, seed: number): boolean => new RegExp(`\\bseed ${seed}\\b`).test(name)

/** A run's name without the study's at its end, which none of the study's runs is told apart by. */
export function nameInStudy(name: string, study: string | null): string {
  const end = ` · ${study ?? ''}`
  return study && name.length > end.length && name.endsWith(end) ? name.slice(0, -end.length) : name
}
