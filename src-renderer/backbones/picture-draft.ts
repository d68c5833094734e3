import { pictureInput, pictureScalings, type PictureInput } from '#contract/backbone.ts'

/** What stands in the inputs, as text. */
export interface PictureDraft {
  height: string
  width: string
  range: '1' | '255'
  mean: string
  deviation: string
}

export const draftOf = ({ height, width, range, mean, deviation }: PictureInput): PictureDraft => ({
  height: String(height),
  width: String(width),
  range: range === 1 ? '1' : '255',
  mean: mean.join(', '),
  deviation: deviation.join(', '),
})

/** Null while an input holds what cannot be. */
export function pictureFrom(draft: PictureDraft): PictureInput | null {
  const numbers = (text: string) =>
    text
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(Number)
  const parsed = pictureInput.safeParse({
    height: Number(draft.height),
    width: Number(draft.width),
    range: Number(draft.range),
    mean: numbers(draft.mean),
    deviation: numbers(draft.deviation),
  })
  return parsed.success ? parsed.data : null
}

/** The usual way that a draft is, or null. */
export function scalingOf(draft: PictureDraft): keyof typeof pictureScalings | null {
  const names = Object.keys(pictureScalings) as (keyof typeof pictureScalings)[]
  return (
    names.find((name) => {
      const { range, mean, deviation } = draftOf({ height: 1, width: 1, ...scalingNamed(name) })
      return range === draft.range && mean === draft.mean && deviation === draft.deviation
    }) ?? null
  )
}

export function scalingNamed(name: keyof typeof pictureScalings): Omit<PictureInput, 'height' | 'width'> {
  const { range, mean, deviation } = pictureScalings[name]
  return { range, mean: [...mean], deviation: [...deviation] }
}
