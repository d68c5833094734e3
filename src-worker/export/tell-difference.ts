/** `ONNX Runtime against the engine: 16 golden samples, largest difference 3e-7` */
export function tellDifference(what: string, samples: number, difference: number): string {
  const size = difference === 0 ? 'none at all' : difference.toExponential(0).replace('e-', 'e−')
  return `${what}: ${samples} golden samples, largest difference of a logit ${size}`
}
