import type { Families } from './families.ts'

/** Pictures whose brightness patterns correlate at least so much are taken for one and the same. */
export const lookAlikeCorrelation = 0.95

const grid = 16

/**
 * Joins the families of pictures that look alike: when the Pearson correlation of their brightness on a 16 × 16 grid is
 * at least `lookAlikeCorrelation`, as they are or with one of them mirrored (training mirrors pictures).
 *
 * Correlation ignores colour and contrast on purpose: a green and a blue heart are one picture. At 0.95 all clock faces
 * fall together, all hearts, balls, squares, and smileys that differ by an eyebrow; at 0.93 unlike people and buttons
 * with unlike letters begin to join, at 0.97 the clock faces come apart. Of line drawings, signs in the same frame fall
 * together at 0.95: plus, minus and arrow in a square.
 *
 * `pixels` [picture, size, size, 3]; size is a multiple of 16. `names` is the family of each picture.
 */
export function joinLookAlikes(
  families: Families,
  names: readonly string[],
  pixels: Uint8Array,
  size: number,
): void {
  const patterns = names.map((_, picture) => patternOf(pixels, size, picture))
  const mirrored = patterns.map(mirror)
  // |a − b|² = 2 − 2 · correlation for patterns of mean 0 and length 1
  const farthest = 2 - 2 * lookAlikeCorrelation
  for (let a = 0; a < names.length; a++) {
    for (let b = a + 1; b < names.length; b++) {
      if (families.find(names[a]!) === families.find(names[b]!)) continue
      if (isWithin(patterns[a]!, patterns[b]!, farthest) || isWithin(patterns[a]!, mirrored[b]!, farthest))
        families.join(names[a]!, names[b]!)
    }
  }
}

/** Brightness on the grid, its mean taken off and scaled to length 1; all zero for an even picture. */
function patternOf(pixels: Uint8Array, size: number, picture: number): Float32Array {
  const pattern = new Float32Array(grid * grid)
  const block = size / grid
  let at = picture * size * size * 3
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      const cell = Math.floor(y / block) * grid + Math.floor(x / block)
      pattern[cell]! += 0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!
    }
  }
  const mean = pattern.reduce((sum, value) => sum + value, 0) / pattern.length
  const length = Math.sqrt(pattern.reduce((sum, value) => sum + (value - mean) ** 2, 0))
  return pattern.map((value) => (length > 0 ? (value - mean) / length : 0))
}

function mirror(pattern: Float32Array): Float32Array {
  return pattern.map((_, at) => pattern[at - (at % grid) + grid - 1 - (at % grid)]!)
}

/** Whether |a − b|² ≤ `limit`. Begins at the middle row, where pictures differ most, and stops as soon as it is not. */
function isWithin(a: Float32Array, b: Float32Array, limit: number): boolean {
  let sum = 0
  for (let row = 0; row < grid; row++) {
    const from = ((row + grid / 2) % grid) * grid
    for (let i = from; i < from + grid; i++) sum += (a[i]! - b[i]!) ** 2
    if (sum > limit) return false
  }
  return true
}
