import type { Graph } from './graph.ts'
import type { DType, Shape, Tensor } from './tensor.ts'

/** An attribute as ONNX stores it: a whole number, several, a text, a float or a nested graph. */
export type Attribute =
  number | readonly number[] | string | { readonly float: number } | { readonly graph: Graph }

interface TensorType {
  readonly shape: Shape
  readonly dtype: DType
}

/** How one application appears in the ONNX model: attributes, and constants appended to the inputs. */
interface Emission {
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly constants?: readonly Tensor[]
}

/** One use of a primitive in a graph. */
export interface Application<A> {
  readonly graph: Graph
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly attributes: A
  /** Intermediate values that a composite kept for its gradient. */
  readonly saved: readonly Tensor[]
  /** Whether the loss depends on this output. */
  received(output: number): boolean
  /** Whether a gradient of this input is wanted. */
  needs(input: number): boolean
}

/**
 * The gradients of the inputs from those of the outputs (zeros for an output that the loss does not depend on).
 * Undefined: no gradient flows to this input.
 */
export type GradientRule<A> = (
  application: Application<A>,
  dys: readonly Tensor[],
) => readonly (Tensor | undefined)[]

interface Common<A> {
  /** Unique in the table; the ONNX operator where there is one of that name. */
  readonly name: string
  /** 'none': its gradient is zero wherever it exists. 'unsupported': asking for one is a problem. */
  readonly gradient: GradientRule<A> | 'none' | 'unsupported'
}

/** A primitive that is one ONNX operator. */
export interface OperatorPrimitive<A> extends Common<A> {
  /** The ONNX operator, where it is not the name. */
  readonly operator?: string
  /** Types of the outputs; `fail` throws a problem that names the scope and the shapes. */
  infer(inputs: readonly Tensor[], attributes: A, fail: (reason: string) => never): readonly TensorType[]
  emit?(graph: Graph, attributes: A, inputs: readonly Tensor[]): Emission
}

/** A primitive that expands to several nodes while its gradient is written by hand. */
export interface CompositePrimitive<A> extends Common<A> {
  lower(
    graph: Graph,
    inputs: readonly Tensor[],
    attributes: A,
  ): { readonly outputs: readonly Tensor[]; readonly saved?: readonly Tensor[] }
}

export type Primitive<A = undefined> = OperatorPrimitive<A> | CompositePrimitive<A>

/** Declares a primitive; its functions in the same file apply it. */
export function definePrimitive<A = undefined>(primitive: OperatorPrimitive<A>): OperatorPrimitive<A> {
  return primitive
}

/** Declares a primitive that expands to several nodes. */
export function defineComposite<A = undefined>(primitive: CompositePrimitive<A>): CompositePrimitive<A> {
  return primitive
}
