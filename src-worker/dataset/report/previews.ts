import type { SamplePreview } from '#contract/dataset/sample-sheet.ts'
import type { Dataset } from '../dataset.ts'
import { thumbnailsOf, wordsOf } from '../sample-sheet.ts'

const mostPreviews = 24

/** The first samples of every class, class after class, as many of each as there is room for; each sample once. */
export async function previewsOf(dataset: Dataset): Promise<SamplePreview[]> {
  const { classes, samples } = dataset
  const perClass = Math.max(1, Math.floor(mostPreviews / classes.length))
  const chosen = new Set<number>()
  for (const [label] of classes.slice(0, mostPreviews).entries()) {
    const own = samples.flatMap(({ labels }, index) =>
      labels.includes(label) && !chosen.has(index) ? [index] : [],
    )
    for (const index of own.slice(0, perClass)) chosen.add(index)
  }
  return await Promise.all(
    [...chosen].map(async (index) => {
      const { id, labels } = samples[index]!
      const pictures = await thumbnailsOf(dataset, index)
      const images = pictures.map(({ name, picture }) => [name, addressOf(picture)] as const)
      return {
        index,
        id,
        labels: [...labels],
        images: Object.fromEntries(images),
        ...wordsOf(dataset, index),
      }
    }),
  )
}

const addressOf = (picture: Uint8Array): string =>
  `data:image/webp;base64,${Buffer.from(picture).toString('base64')}`
