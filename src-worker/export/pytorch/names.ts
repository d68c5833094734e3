/** Names of a generated module, which mirror ours: `cell0/node0/glu/w1` becomes `cell0.node0.glu.w1`. */
export class ModuleNames {
  readonly #given = new Map<string, string>()
  readonly #taken = new Set<string>()

  /** A modality or feature as a part of an identifier: `sound-left.2` → `sound_left_2`. Different ones never meet. */
  identifier(id: string): string {
    const known = this.#given.get(id)
    if (known !== undefined) return known
    const plain = id.replaceAll(/[^a-z0-9_]/g, '_')
    let name = plain
    for (let i = 2; this.#taken.has(name); i++) name = `${plain}_v${i}`
    this.#taken.add(name)
    this.#given.set(id, name)
    return name
  }

  backbone(modality: string): string {
    return `backbone_${this.identifier(modality)}`
  }

  reshape(feature: string): string {
    return `reshape_${this.identifier(feature)}`
  }

  /** A parameter of the fusion: `reshape/image.0/w` → `reshape_image_0.w`. */
  fusionParameter(path: string): string {
    const [first, second, ...rest] = path.split('/')
    const parts = first === 'reshape' ? [this.reshape(second), ...rest] : [first, second, ...rest]
    return parts.filter((part) => part !== undefined).join('.')
  }

  backboneParameter(modality: string, path: string): string {
    return [this.backbone(modality), ...path.split('/')].join('.')
  }
}

/** `sparse_glu` → `SparseGlu` */
export const className = (operation: string): string =>
  operation.replaceAll(/(^|_)([a-z])/g, (_match, _gap, letter: string) => letter.toUpperCase())
