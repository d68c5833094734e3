import type { SpaceConfig } from '#contract/config.ts'
import type { OperationName } from '#contract/genotype.ts'
import { add, concat, matmul, multiply, reduceMean, softmax, split, transpose } from '../graph/functions.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Builder } from '../training/network.ts'
import { torchLinear } from '../training/network.ts'
import type { DictionarySpec } from './dictionary-step.ts'
import { layerNormOfBoth, prepare } from './layers.ts'
import { halveFixed } from './product.ts'
import { sparseCode } from './sparse-coding.ts'

/** Sizes that decide the shapes of an operation's parameters. */
export interface OperationSize {
  /** C, channels of each input and of the output. */
  readonly channels: number
  /** L, positions of each input and of the output. */
  readonly length: number
  /** k, taps of the sparse convolutions. */
  readonly kernel: number
  /** H, the squeezed channels of an excitation. */
  readonly hidden: number
}

/** A candidate of an inner node: z `[batch, length, channels]` from two inputs x, y of that shape. */
export interface Operation {
  readonly name: OperationName
  readonly family: 'normal' | 'sparse'
  /** For people; D is dropout, N batch norm per channel. */
  readonly formula: string
  /** Publication and equation. */
  readonly source: string
  /** The dictionaries of sparse coding, named as within the operation. */
  dictionaries(size: OperationSize): readonly DictionarySpec[]
  /** In the supernet x and y are the same tensor; an operation may save work then, and must not change its meaning. */
  build(node: OperationBuilder, x: Tensor, y: Tensor): Tensor
}

/** An operation; one without sparse coding leaves its dictionaries out. */
export function defineOperation(
  operation: Omit<Operation, 'dictionaries'> & Partial<Pick<Operation, 'dictionaries'>>,
): Operation {
  return { dictionaries: () => [], ...operation }
}

export function sizeOf({ channels, length, sparse }: SpaceConfig): OperationSize {
  return { channels, length, kernel: sparse.kernel, hidden: Math.max(1, Math.floor((2 * channels) / 16)) }
}

/** What the operations of one inner node are built with. Parameter names are relative to the operation. */
export class OperationBuilder {
  readonly size: OperationSize
  readonly #builder: Builder
  readonly #path: string
  readonly #operation: Operation
  readonly #settings: SpaceConfig
  readonly #stepOf: (dictionary: string) => Tensor

  /** @param path The operation's place, e.g. `cell0/node1/glu`. @param stepOf τ of a dictionary by its full name. */
  constructor(
    builder: Builder,
    path: string,
    operation: Operation,
    settings: SpaceConfig,
    stepOf: (dictionary: string) => Tensor,
  ) {
    this.size = sizeOf(settings)
    this.#builder = builder
    this.#path = path
    this.#operation = operation
    this.#settings = settings
    this.#stepOf = stepOf
  }

  /** [x; y]·W + b along the channels; s(W₁ + W₂) + b where both parts are the same tensor s. */
  linear(parts: readonly Tensor[], weight: string, outputs: number, bias?: string): Tensor {
    const [x, y] = parts
    const inputs = parts.reduce((sum, part) => sum + part.shape[2], 0)
    const w = this.#builder.parameter(`${this.#path}/${weight}`, [inputs, outputs], torchLinear(inputs))
    const b = bias
      ? this.#builder.parameter(`${this.#path}/${bias}`, [outputs], torchLinear(inputs))
      : undefined
    if (y === undefined) return matmul(x, w, b)
    if (x !== y) return matmul(concat([x, y], 2), w, b)
    const folded = prepare(w, () => {
      const [first, second] = split(w, [inputs / 2, inputs / 2], 0)
      return add(first, second)
    })
    return matmul(x, folded, b)
  }

  /** The two halves of the channels of x. */
  halves(x: Tensor): Tensor[] {
    const half = x.shape[2] / 2
    return this.#builder.fixedWeights ? halveFixed(x) : split(x, [half, half], 2)
  }

  /** The sparse code of [x; y] under one of the operation's dictionaries. */
  code(parts: readonly Tensor[], dictionary: string): Tensor {
    const spec = this.#operation.dictionaries(this.size).find(({ name }) => name === dictionary)
    const name = `${this.#path}/${dictionary}`
    if (!spec) throw new TypeError(`${name} is not among the dictionaries of ${this.#operation.name}`)
    const deviation = 1 / Math.sqrt(spec.shape[0] * spec.shape[2])
    const atoms = this.#builder.parameter(name, spec.shape, { kind: 'normal', deviation })
    const { fixedWeights } = this.#builder
    return sparseCode(parts, atoms, this.#stepOf(name), { ...this.#settings.sparse, fixedWeights })
  }

  /** A bias per channel, from zero. */
  bias(name: string, x: Tensor): Tensor {
    const channels = x.shape[x.shape.length - 1]
    return add(x, this.#builder.parameter(`${this.#path}/${name}`, [channels], { kind: 'zeros' }))
  }

  /** N: batch norm per channel, or nothing where the space is without it. */
  norm(name: string, x: Tensor): Tensor {
    return this.#settings.operationNorm === 'none' ? x : this.#builder.batchNorm(`${this.#path}/${name}`, x)
  }

  /** The space's rate of dropout. */
  get dropoutRate(): number {
    return this.#settings.dropout
  }

  /** D, at the rate of the space unless told. */
  dropout(x: Tensor, rate = this.dropoutRate): Tensor {
    return this.#builder.dropout(x, rate)
  }

  /** Layer norm over length and channels together, with an affine `[length, channels]`. */
  layerNorm(x: Tensor): Tensor {
    return layerNormOfBoth(this.#builder, `${this.#path}/layernorm`, x)
  }
}

/** The mean over positions of each part, `[batch, 1, channels]`; what was one tensor stays one. */
export function squeeze(parts: readonly [Tensor, Tensor]): readonly Tensor[] {
  const [x, y] = parts
  const mean = reduceMean(x, [1], { keepDims: true })
  return [mean, x === y ? mean : reduceMean(y, [1], { keepDims: true })]
}

/** softmax(q·kᵀ / √C)·v over the positions of the keys. */
export function attend(q: Tensor, k: Tensor, v: Tensor): Tensor {
  const scores = multiply(matmul(q, transpose(k, [0, 2, 1])), 1 / Math.sqrt(q.shape[2]))
  return matmul(softmax(scores, 2), v)
}
