import sharp from 'sharp'
import { expect, test } from 'vitest'
import { decodeImage } from '#worker/dataset/decode-image.ts'

const red = { create: { width: 8, height: 8, channels: 3, background: '#ff0000' } } as const
const at = (pixels: Uint8Array, size: number, y: number, x: number) => [
  ...pixels.subarray((y * size + x) * 3, (y * size + x) * 3 + 3),
]

test.each([
  ['png', sharp(red).png()],
  ['palette png', sharp(red).png({ palette: true })],
  ['16-bit png', sharp(red).toColourspace('rgb16').png()],
  ['webp', sharp(red).webp({ lossless: true })],
  ['gif', sharp(red).gif()],
  ['tiff', sharp(red).tiff({ compression: 'lzw' })],
])('a red %s is red', async (_, image) => {
  const pixels = await decodeImage(await image.toBuffer(), 12)
  expect(pixels).toHaveLength(12 * 12 * 3)
  expect(at(pixels, 12, 6, 6)).toEqual([255, 0, 0])
})

test.each([
  ['grey jpeg', sharp(red).greyscale().jpeg()],
  ['grey png with transparency', sharp(red).greyscale().ensureAlpha().png()],
  ['CMYK jpeg', sharp(red).toColourspace('cmyk').jpeg()],
])('a %s gives three channels', async (_, image) => {
  expect(await decodeImage(await image.toBuffer(), 12)).toHaveLength(12 * 12 * 3)
})

test('a wide picture is whole and centred on white', async () => {
  const wide = await sharp({ create: { ...red.create, width: 16 } })
    .png()
    .toBuffer()
  const pixels = await decodeImage(wide, 16)
  expect(at(pixels, 16, 8, 0)).toEqual([255, 0, 0])
  expect(at(pixels, 16, 8, 15)).toEqual([255, 0, 0])
  expect(at(pixels, 16, 1, 8)).toEqual([255, 255, 255])
  expect(at(pixels, 16, 14, 8)).toEqual([255, 255, 255])
})

test('what is transparent is white', async () => {
  const clear = {
    create: { width: 4, height: 4, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  } as const
  expect(new Set(await decodeImage(await sharp(clear).png().toBuffer(), 12))).toEqual(new Set([255]))
})

test('a picture that says it lies on its side is turned upright', async () => {
  const upper = await sharp({ create: { ...red.create, height: 4, background: '#0000ff' } })
    .png()
    .toBuffer()
  const halves = sharp(red).composite([{ input: upper, gravity: 'north' }])
  // orientation 6: to be shown after a quarter turn clockwise, so the stored upper half is on the right
  const turned = await halves.withMetadata({ orientation: 6 }).png().toBuffer()
  const pixels = await decodeImage(turned, 8)
  expect(at(pixels, 8, 4, 7)).toEqual([0, 0, 255])
  expect(at(pixels, 8, 4, 0)).toEqual([255, 0, 0])
})

test('of an animation the first picture counts', async () => {
  const blue = { create: { ...red.create, background: '#0000ff' } }
  const frames = await Promise.all([red, blue].map((frame) => sharp(frame).png().toBuffer()))
  const animation = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer()
  expect(at(await decodeImage(animation, 12), 12, 6, 6)).toEqual([255, 0, 0])
})

test('a cut-off picture and a text are refused', async () => {
  const noise = {
    create: { ...red.create, width: 64, height: 64, noise: { type: 'gaussian', mean: 128, sigma: 30 } },
  } as const
  const whole = await sharp(noise).png().toBuffer()
  await expect(decodeImage(whole.subarray(0, whole.length / 2), 12)).rejects.toThrow(
    /read error|premature end|libspng/i,
  )
  await expect(decodeImage(Buffer.from('no picture'), 12)).rejects.toThrow('unsupported image format')
  await expect(decodeImage(Buffer.alloc(0), 12)).rejects.toThrow(/empty/i)
})
