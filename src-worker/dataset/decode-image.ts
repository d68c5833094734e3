import sharp from 'sharp'
import { channels } from './dataset.ts'

/** How an image becomes raw values; stands in cache keys and in an exported `preprocessing.json`. */
export const imageDecoding = 'upright, sRGB, whole picture centred on a white square' as const

/** Names the libraries whose arithmetic decides the pixels. */
export const imageDecoder = `sharp ${sharp.versions.sharp} vips ${sharp.versions.vips} rsvg ${sharp.versions.rsvg}`

/**
 * An image file (PNG, JPEG, WebP, GIF, TIFF, AVIF or SVG) as [height, width, channel] pixels, 8 bits, with
 * height = width = `size`: turned upright, scaled to fit and centred, the rest and transparent parts white. Of an
 * animation the first picture. Throws the decoder's error on what is no complete image.
 */
export async function decodeImage(file: Uint8Array, size: number): Promise<Uint8Array> {
  const white = { r: 255, g: 255, b: 255 }
  const { data, info } = await sharp(file, { failOn: 'error' })
    .autoOrient()
    .toColourspace('srgb')
    .flatten({ background: white })
    .resize(size, size, { fit: 'contain', background: white })
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== channels) throw new Error(`the decoder gave ${info.channels} channels`)
  return data
}
