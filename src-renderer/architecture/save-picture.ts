import { saveFile } from '../charts/save-file.ts'
import { svgFromArchitecture, type PictureSource } from './picture.ts'

/** Pixels of the PNG for each one of the drawing. */
const density = 2

/** Saves the architecture as an SVG file, or painted as PNG at twice its size. */
export async function savePicture(kind: 'svg' | 'png', name: string, source: PictureSource): Promise<void> {
  const { svg, width, height } = svgFromArchitecture(source)
  if (kind === 'svg') return saveFile(`${name}.svg`, new Blob([svg], { type: 'image/svg+xml' }))
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = density * width
  canvas.height = density * height
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  const painted = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (painted) saveFile(`${name}.png`, painted)
}
