import sharp from 'sharp'
import { epochOf } from '../epoch-of.ts'
import { defineExporter } from '../exporter.ts'
import { drawArchitecture } from '../pictures/architecture.ts'
import { lightPaint } from '#contract/drawing/paint.ts'
import { pictureOfEpoch } from '../pictures/picture-of-epoch.ts'

/** Pixels of the PNG for each unit of the drawing. */
const scale = 3
/** The resolution at which one unit is one pixel. */
const unitDensity = 96

/** The derived architecture of an epoch as a picture on white. */
export const svg = defineExporter({
  name: 'svg',
  async write(source, { epoch }) {
    const drawing = drawArchitecture(pictureOfEpoch(source.state, epochOf(source, epoch)), lightPaint)
    const rendered = sharp(Buffer.from(drawing), { density: scale * unitDensity }).flatten({
      background: 'white',
    })
    const { data, info } = await rendered.png().toBuffer({ resolveWithObject: true })
    return {
      files: { 'architecture.svg': `${drawing}\n`, 'architecture.png': data },
      check: `rendered at ${info.width} × ${info.height} pixels`,
    }
  },
})
