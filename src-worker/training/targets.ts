/** Class indices of every sample, ascending; exactly one a sample in a single-label task. */
export type Labels = readonly (readonly number[])[]

/** Labels as targets of a loss: `[samples, classes]`, 1 for every class that a sample carries. */
export function multiHot(labels: Labels, classes: number): Float32Array {
  const targets = new Float32Array(labels.length * classes)
  labels.forEach((own, row) => {
    for (const label of own) targets[row * classes + label] = 1
  })
  return targets
}
