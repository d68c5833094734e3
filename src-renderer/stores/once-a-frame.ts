/**
 * Puts `work` off to the next frame, once however often it is asked for. A hidden page has no frames: there a timer
 * takes their place, so that nothing piles up.
 */
export function onceAFrame(work: () => void): () => void {
  let planned = false
  const run = () => {
    planned = false
    work()
  }
  return () => {
    if (planned) return
    planned = true
    if (typeof document === 'undefined' || document.hidden) setTimeout(run, 100)
    else requestAnimationFrame(run)
  }
}
