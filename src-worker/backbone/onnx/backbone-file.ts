import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { storedBackbone, type PictureInput, type StoredBackbone, type TapInfo } from '#contract/backbone.ts'
import type { OnnxConfig } from '#contract/config.ts'
import { Problem } from '#contract/problem.ts'
import type { ModalityValues } from '../../dataset/dataset.ts'

/** A file of the library, checked against its id, with the settings of a run. */
export interface BackboneFile {
  readonly id: string
  readonly stored: StoredBackbone
  readonly model: Uint8Array
  /** Null for a file that reads vectors. */
  readonly picture: PictureInput | null
  /** In the order of the configuration. */
  readonly taps: readonly TapInfo[]
}

/**
 * Opens the file that a configuration names.
 * @throws Problem `backbone-not-found`, `backbone-changed`, and `bad-configuration` for taps that it has not
 */
export async function openBackboneFile(
  dataDir: string,
  config: OnnxConfig,
  where: string,
): Promise<BackboneFile> {
  const folder = join(dataDir, 'backbones', config.id)
  const [description, model] = await Promise.all([
    readPart(join(folder, 'backbone.json'), config.id),
    readPart(join(folder, 'model.onnx'), config.id),
  ])
  const stored = parse(description, config.id)
  const hash = createHash('sha256').update(model).digest('hex')
  if (!hash.startsWith(config.id) || stored.hash !== hash)
    throw new Problem('backbone-changed', stored.name, `its content was ${stored.hash} and is ${hash}`)
  const taps = config.taps.map((name) => {
    const tap = stored.taps.find((one) => one.name === name)
    if (tap) return tap
    throw new Problem('bad-configuration', `${where}.taps`, `${stored.name} has no tensor ${name}`)
  })
  return { id: config.id, stored, model, picture: pictureOf(stored, config), taps }
}

/** As the configuration says, else the library; a size that the file fixes stays. */
function pictureOf({ input, picture }: StoredBackbone, config: OnnxConfig): PictureInput | null {
  const wanted = config.picture ?? picture
  if (input.type !== 'image' || !wanted) return null
  return { ...wanted, height: input.height ?? wanted.height, width: input.width ?? wanted.width }
}

/** Says which modality a file cannot read. @throws Problem `bad-configuration` */
export function requireReadable({ stored }: BackboneFile, values: ModalityValues, where: string): void {
  const { input, name } = stored
  const refuse = (detail: string) => new Problem('bad-configuration', where, `${name} ${detail}`)
  if (input.type !== values.type)
    throw refuse(
      `reads ${input.type === 'image' ? 'images' : 'vectors'}, and the modality holds ${values.type}s`,
    )
  if (input.type === 'vector' && values.type === 'vector' && input.length !== values.length)
    throw refuse(`reads vectors of ${input.length} numbers, and the modality has ${values.length}`)
}

async function readPart(path: string, id: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new Problem('backbone-not-found', id, (error as Error).message, { cause: error })
  }
}

function parse(description: Buffer, id: string): StoredBackbone {
  try {
    return storedBackbone.parse(JSON.parse(description.toString('utf8')))
  } catch (error) {
    throw new Problem('backbone-changed', id, (error as Error).message, { cause: error })
  }
}
