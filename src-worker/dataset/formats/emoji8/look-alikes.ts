/** Pictures whose brightness patterns correlate at least so much are taken for one and the same. */
export const lookAlikeCorrelation = 0.95

const grid = 16

/**
 * Joins families of pictures that look alike, and returns for each picture the name of its joined family (the first of
 * its families in code-unit order).
 *
 * Two pictures look alike when the Pearson correlation of their brightness on a 16 × 16 grid is at least
 * `lookAlikeCorrelation`, as they are or with one of them mirrored (training mirrors pictures). Correlation ignores
 * colour and contrast on purpose: a green and a blue heart are one picture. At 0.95 all clock faces fall together,
 * all hearts, balls, squares, families, and smileys that differ by an eyebrow; at 0.93 unlike people and buttons with
 * unlike letters begin to join, at 0.97 the clock faces come apart.
 *
 * `pixels` [picture, size, size, 3]; size is a multiple of 16.
 */
export function joinLookAlikes(pixels: Uint8Array, size: number, families: readonly string[]): string[] {
  const patterns = families.map((_, picture) => patternOf(pixels, size, picture))
  const mirrored = patterns.map(mirror)
  // |a − b|² = 2 − 2 · correlation for patterns of mean 0 and length 1
  const farthest = 2 - 2 * lookAlikeCorrelation
  const joined = new Families(families)
  for (let a = 0; a < families.length; a++) {
    for (let b = a + 1; b < families.length; b++) {
      if (joined.find(families[a]!) === joined.find(families[b]!)) continue
      if (isWithin(patterns[a]!, patterns[b]!, farthest) || isWithin(patterns[a]!, mirrored[b]!, farthest))
        joined.join(families[a]!, families[b]!)
    }
  }
  return families.map((family) => joined.find(family))
}

/** Disjoint sets of names; a set is known by its first name in code-unit order. */
class Families {
  private readonly parents: Map<string, string>

  constructor(names: readonly string[]) {
    this.parents = new Map(names.map((name) => [name, name]))
  }

  find(name: string): string {
    const parent = this.parents.get(name)!
    if (parent === name) return name
    const root = this.find(parent)
    this.parents.set(name, root)
    return root
  }

  join(a: string, b: string): void {
    const [first, second] = [this.find(a), this.find(b)].sort()
    this.parents.set(second!, first!)
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

/** Whether |a − b|² ≤ `limit`; stops as soon as it is not. */
function isWithin(a: Float32Array, b: Float32Array, limit: number): boolean {
  let sum = 0
  for (let from = 0; from < a.length; from += grid) {
    for (let i = from; i < from + grid; i++) sum += (a[i]! - b[i]!) ** 2
    if (sum > limit) return false
  }
  return true
}
