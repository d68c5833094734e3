/**
 * Random streams, split by name. A stream is a pure function of a seed and a path of names, so a computation that
 * is resumed in the middle asks for the same path and gets the same numbers; there is no state to save.
 */
export interface Random {
  /** A uniform number in [0, 1), with 32 random bits. */
  next(): number
  /** A standard normal number (Box–Muller). */
  normal(): number
  /** A uniform whole number in [0, n). */
  integer(n: number): number
  /** A uniform permutation of 0 … n − 1 (Fisher–Yates). */
  permutation(n: number): number[]
  /** 32 random bits. */
  uint32(): number
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hashText(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

/** The final mixing of MurmurHash3, 32 bits. */
function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The stream of `seed` at `path`, e.g. `stream(seed, 'permutation', epoch, t)`. Generator: sfc32. */
export function stream(seed: number, ...path: readonly (string | number)[]): Random {
  const text = path.map((part) => `${typeof part}:${part}`).join('/')
  let a = mix(hashText(text, seed))
  let b = mix(a ^ seed)
  let c = mix(hashText(text, b))
  let counter = 1
  const uint32 = () => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    c |= 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) uint32()
  const next = () => uint32() / 4294967296
  const integer = (n: number) => Math.floor(next() * n)
  return {
    next,
    uint32,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    permutation: (n) => {
      const order = Array.from({ length: n }, (_, i) => i)
      for (let i = n - 1; i > 0; i--) {
        const j = integer(i + 1)
        const kept = order[i]
        order[i] = order[j]
        order[j] = kept
      }
      return order
    },
  }
}
