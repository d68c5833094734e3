import type { Graph } from '../graph/graph.ts'
import { encodeModel } from './encode.ts'
import { createSession, type Session, type SessionOptions } from './session.ts'

/** WebGPU promises eight storage buffers for a shader: the input of a Split and seven outputs. */
const webgpuSplit = 7

/** A graph as a session, encoded as its device needs it. */
export function loadGraph(graph: Graph, options: SessionOptions = {}): Promise<Session> {
  const widestSplit = options.device === 'webgpu' ? webgpuSplit : undefined
  return createSession(encodeModel(graph, { widestSplit }), options)
}
