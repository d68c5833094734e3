/** Does `work` at once, but again only `intervalMs` later however often it is asked for; the last request is not lost. */
export function atMostEvery(intervalMs: number, work: () => void): () => void {
  let asked = false
  let resting = false
  const run = () => {
    asked = false
    resting = true
    setTimeout(() => {
      resting = false
      if (asked) run()
    }, intervalMs)
    work()
  }
  return () => {
    asked = true
    if (!resting) run()
  }
}
