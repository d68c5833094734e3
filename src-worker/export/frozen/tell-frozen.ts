import type { FrozenModality } from './open-frozen.ts'

/** Where the file that reads a modality is found: in the model, beside it, or not in the bundle at all. */
export type FrozenPlace =
  | { readonly place: 'inside'; readonly file: FrozenModality }
  | {
      readonly place: 'beside'
      readonly file: FrozenModality
      readonly path: string
      readonly because: string
    }
  | { readonly place: 'missing'; readonly because: string }

/** By modality. */
export type FrozenPlaces = Readonly<Record<string, FrozenPlace>>

const notice =
  "The file is not Shapwright's but that of whoever ran the search: its own licence says who may have this bundle."

/** What `model.json` says of the files. */
export function frozenCard(places: FrozenPlaces): Record<string, unknown> {
  const entries = Object.entries(places).map(([name, own]) => {
    if (own.place === 'missing') return [name, { isIn: null, because: own.because }] as const
    const { stored, taps } = own.file.file
    return [
      name,
      {
        name: stored.name,
        sha256: stored.hash,
        isIn: own.place === 'inside' ? 'model.onnx' : own.path,
        ...(own.place === 'beside' && { because: own.because }),
        taps: taps.map((tap) => tap.name),
        notice,
      },
    ] as const
  })
  return Object.fromEntries(entries)
}

/** What the check says of them, a sentence each. */
export function tellFrozen(places: FrozenPlaces): string {
  return Object.entries(places)
    .map(([name, own]) => {
      if (own.place === 'missing')
        return `; ${name} enters as the features of an imported ONNX file, which is not in this bundle because ${own.because}`
      const { stored } = own.file.file
      const file = `${stored.name} (SHA-256 ${stored.hash.slice(0, 12)}…)`
      if (own.place === 'inside') return `; ${name} enters raw, ${file} is part of the model`
      return `; ${name} is read by ${own.path}, which is ${file}, and enters as its features: both together were compared from raw values. They are not one model because ${own.because}`
    })
    .join('')
}
