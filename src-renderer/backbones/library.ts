import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { BackboneEntry } from '#contract/calls/backbones.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'

export interface BackboneList {
  /** Null until they were read. */
  files: ShallowRef<readonly BackboneEntry[] | null>
  problem: ShallowRef<ProblemReport | null>
  load(): Promise<void>
}

/** The imported files, read anew whenever they change. */
export function useBackboneFiles(): BackboneList {
  const connection = useConnection()
  const files = shallowRef<readonly BackboneEntry[] | null>(null)
  const problem = shallowRef<ProblemReport | null>(null)
  async function load() {
    try {
      files.value = await connection.call('backbones.list')
      problem.value = null
    } catch (error) {
      problem.value = describeFailure(error)
    }
  }
  void load()
  onScopeDispose(connection.subscribe((push) => push.topic === 'backbones.changed' && void load()))
  return { files, problem, load }
}
