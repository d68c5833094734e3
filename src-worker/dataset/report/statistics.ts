import { resolve } from 'node:path'
import sharp from 'sharp'
import type { ModalityStatistics } from '#contract/dataset/report.ts'
import { channels, type ModalityValues } from '../dataset.ts'
import { mapLimited } from '../map-limited.ts'

interface Range {
  least: number
  mean: number
  most: number
}

export interface StatisticsOptions {
  name: string
  /** One a sample, equal for equal content. */
  contents: readonly string[]
  /** Paths of pictures, relative to `folder`; of other modalities the cells' texts. */
  cells: readonly string[]
  folder: string
  signal?: AbortSignal
}

/** What the values of one modality are like. */
export async function statisticsOf(
  values: ModalityValues,
  { name, contents, cells, folder, signal }: StatisticsOptions,
): Promise<ModalityStatistics> {
  const distinct = new Set(contents).size
  switch (values.type) {
    case 'image': {
      const sizes = await mapLimited(cells, 16, (cell) => sizeOf(resolve(folder, cell), signal))
      return {
        type: 'image',
        name,
        width: rangeOf(sizes.map(({ width }) => width)),
        height: rangeOf(sizes.map(({ height }) => height)),
        aspect: rangeOf(sizes.map(({ width, height }) => width / height)),
        blank: countBlank(values.data, values.height * values.width * channels),
        distinct,
      }
    }
    case 'text':
      return {
        type: 'text',
        name,
        characters: rangeOf(values.texts.map((text) => [...text].length)),
        words: rangeOf(values.texts.map((text) => text.split(/\s+/).length)),
        wordless: values.texts.filter((text) => !/[\p{L}\p{N}]/u.test(text)).length,
        distinct,
      }
    case 'vector': {
      const { data, length } = values
      return {
        type: 'vector',
        name,
        length,
        values: rangeOf(data),
        constant: constantElements(data, length),
        distinct,
      }
    }
  }
}

/** Width and height of a picture as it is seen, turned upright; from its header alone. */
async function sizeOf(path: string, signal?: AbortSignal): Promise<{ width: number; height: number }> {
  signal?.throwIfAborted()
  const { autoOrient } = await sharp(path).metadata()
  return autoOrient
}

function rangeOf(numbers: ArrayLike<number>): Range {
  let [least, most, sum] = [Infinity, -Infinity, 0]
  for (let at = 0; at < numbers.length; at++) {
    const value = numbers[at]!
    sum += value
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, mean: sum / numbers.length, most }
}

/** Pictures all of whose pixels have the same colour. */
function countBlank(data: Uint8Array, size: number): number {
  let blank = 0
  for (let start = 0; start < data.length; start += size) {
    let at = channels
    while (at < size && data[start + at] === data[start + (at % channels)]) at++
    if (at === size) blank++
  }
  return blank
}

/** Positions at which all vectors agree; of a single vector none. */
function constantElements(data: Float32Array, length: number): number[] {
  const count = data.length / length
  return Array.from({ length }, (_, element) => element).filter((element) => {
    for (let row = 1; row < count; row++) if (data[row * length + element] !== data[element]) return false
    return count > 1
  })
}
