/** Where a run stands in the queue; null while that is not known. */
export function waitingText(runsBefore: number | null): string {
  if (runsBefore === null) return 'waiting for a worker'
  if (runsBefore === 0) return 'waiting for a worker, next to start'
  return `waiting, ${runsBefore} ${runsBefore === 1 ? 'run' : 'runs'} before it`
}

/** What happened to a run that was interrupted, and what resuming does. */
export function interruptionText(problem: string | null): string {
  const cause = problem ?? 'What worked on the run was ended from outside; it stopped at a checkpoint'
  return `${cause}. Resume goes on from the last checkpoint and comes to the same result.`
}
