/** Cosine annealing from `maximum` at step 0 to `minimum` at step `total`, as PyTorch's CosineAnnealingLR. */
export function cosineAnnealing(step: number, total: number, maximum: number, minimum: number): number {
  return minimum + ((maximum - minimum) * (1 + Math.cos((Math.PI * step) / total))) / 2
}
