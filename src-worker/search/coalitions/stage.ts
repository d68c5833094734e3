import type { DeviceName } from '#contract/device.ts'
import type { Graph } from '../../graph/graph.ts'
import { elementCount } from '../../graph/tensor.ts'
import { loadGraph } from '../../onnx/load-graph.ts'
import { floats, type Session, type Value } from '../../onnx/session.ts'
import type { FusionSpace } from '../../space/space.ts'
import type { Layout } from '../../training/layout.ts'
import { cellGraph, type EvaluationGraph, featureGraph } from './graphs.ts'
import { splitGraph } from './split-graph.ts'

/** What a supernet computes with, beside its inputs. */
export interface SupernetState {
  weights: Float32Array
  /** Fixed statistics of the batch norms. */
  statistics: Float32Array
  /** Steps of the dictionaries; empty where there is none. */
  steps: Float32Array
}

/** What it runs on. */
export interface Engine {
  readonly device?: DeviceName
  /** Threads inside an operator. */
  readonly threads?: number
}

/** A loaded part of the supernet. */
export interface Stage {
  /** The weights and statistics that it asks for. */
  readonly needs: Omit<EvaluationGraph, 'graph'>
  /** What is made of them beforehand. */
  readonly preparation: Session
  readonly session: Session
}

/** The weights of a state as every part of the supernet takes them. */
export type Prepared = ReadonlyMap<Stage, Readonly<Record<string, Value>>>

/** Loads the parts of a supernet that takes `rows` samples a run. */
export async function loadStages(
  space: FusionSpace,
  classes: number,
  rows: number,
  engine: Engine,
): Promise<{ features: Stage; cells: readonly Stage[] }> {
  const loaded: Session[] = []
  const open = async (graph: Graph): Promise<Session> => {
    const session = await loadGraph(graph, engine)
    loaded.push(session)
    return session
  }
  const load = async ({ graph, ...needs }: EvaluationGraph): Promise<Stage> => {
    const { prepared, rest } = splitGraph(graph, (input) => needs.fixed.has(input))
    return { needs, preparation: await open(prepared), session: await open(rest) }
  }
  try {
    const features = await load(featureGraph(space, rows))
    const cells: Stage[] = []
    for (let cell = 0; cell < space.config.cells; cell++)
      cells.push(await load(cellGraph(space, classes, cell, rows)))
    return { features, cells }
  } catch (error) {
    // a smaller one is tried where memory was short
    for (const session of loaded) await session.release()
    throw error
  }
}

/** Runs what depends on the weights alone. */
export async function prepareStages(
  stages: readonly Stage[],
  layout: Layout,
  state: SupernetState,
): Promise<Prepared> {
  const prepared = new Map<Stage, Record<string, Value>>()
  for (const stage of stages) {
    const given = weightsOf(stage, layout, state)
    const made = await stage.preparation.run(pick(given, stage.preparation.inputNames))
    prepared.set(stage, { ...pick(given, stage.session.inputNames), ...made })
  }
  return prepared
}

function weightsOf({ needs }: Stage, layout: Layout, state: SupernetState): Record<string, Value> {
  const feeds: Record<string, Value> = {}
  for (const { name, shape, offset } of layout.parameters)
    if (needs.parameters.includes(name))
      feeds[name] = floats(state.weights.subarray(offset, offset + elementCount(shape)), shape)
  for (const { name, channels, offset } of layout.statistics) {
    if (!needs.statistics.includes(name)) continue
    const middle = offset + channels
    feeds[`${name}/mean`] = floats(state.statistics.subarray(offset, middle), [channels])
    feeds[`${name}/variance`] = floats(state.statistics.subarray(middle, middle + channels), [channels])
  }
  if (state.steps.length > 0) feeds['dictionary-steps'] = floats(state.steps, [state.steps.length])
  return feeds
}

const pick = <T>(record: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(names.flatMap((name) => (name in record ? [[name, record[name]]] : [])))
