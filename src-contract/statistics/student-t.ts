/** ln Γ(x) for x > 0, to about 1e-14 relative (Lanczos, g = 7, nine terms). */
function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ]
  const shifted = x - 1
  let sum = 0.99999999999980993
  terms.forEach((term, i) => (sum += term / (shifted + i + 1)))
  const t = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** The continued fraction of the incomplete beta function, by Lentz's method; converges for x < (a + 1)/(a + b + 2). */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300
  const nonZero = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return fraction
}

/** The regularised incomplete beta function I_x(a, b). */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const logFactor = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  const factor = Math.exp(logFactor)
  if (x < (a + 1) / (a + b + 2)) return (factor * betaFraction(a, b, x)) / a
  return 1 - (factor * betaFraction(b, a, 1 - x)) / b
}

/**
 * The t with P(|T| > t) = `tail` for Student's distribution with `degrees` of freedom: half the width of a
 * (1 − tail) band in standard errors. P(|T| > t) = I_{ν/(ν+t²)}(ν/2, 1/2), solved by bisection over ν/(ν+t²).
 */
export function studentT(tail: number, degrees: number): number {
  if (!(tail > 0 && tail < 1 && degrees > 0))
    throw new RangeError(`no Student t for tail ${tail} and ${degrees} degrees of freedom`)
  let low = 0
  let high = 1
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (incompleteBeta(degrees / 2, 0.5, middle) < tail) low = middle
    else high = middle
  }
  const x = (low + high) / 2
  return Math.sqrt((degrees * (1 - x)) / x)
}
