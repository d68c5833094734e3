import { describe, expect, it } from 'vitest'
import type { SpaceConfig } from '#contract/config.ts'
import type { OperationName } from '#contract/genotype.ts'
import { boundSquaredNorm } from '#worker/space/dictionary-bound.ts'
import { derivedNetwork } from '#worker/space/derived.ts'
import type { FusionNetwork } from '#worker/space/fusion.ts'
import { playersOf } from '#worker/space/players.ts'
import { createSpace } from '#worker/space/space.ts'
import { supernet } from '#worker/space/supernet.ts'
import type { Values } from '#worker/training/network.ts'
import { initialValues, itTrainsAsInPyTorch, readGolden, type Golden } from '../../golden/golden-curve.ts'
import { smallConfig } from './fixtures.ts'

/** What a golden file about a fusion network says besides. */
interface GoldenFusion extends Golden {
  inputs: Record<string, [length: number, channels: number]>
  space: 'full' | 'bm-nas'
  channels: number
  cells?: number
  steps?: number
  mixture?: Record<string, number[]>
  genotype?: {
    cells: {
      inputs: [string, string]
      nodes: { predecessors: [string, string]; operation: OperationName }[]
    }[]
  }
  sparseCodingSteps: Record<string, number>
}

/** The network that a golden file is about, and its extra inputs. */
function networkOf(golden: GoldenFusion): { network: FusionNetwork; extra: Values } {
  const name: SpaceConfig['name'] = golden.space === 'full' ? 'sm-shapnas' : 'bm-nas'
  const features = Object.entries(golden.inputs).map(([id, [, channels]]) => ({ id, channels }))
  const nodes = golden.genotype?.cells[0].nodes.length
  const space = createSpace(
    smallConfig({
      name,
      channels: golden.channels,
      length: Object.values(golden.inputs)[0][0],
      cells: golden.cells ?? golden.genotype?.cells.length,
      steps: golden.steps ?? nodes,
    }),
    features,
  )
  const genotype = golden.genotype && {
    space: name,
    cells: golden.genotype.cells.map(({ inputs, nodes }) => ({
      inputs,
      nodes: nodes.map(({ predecessors, operation }) => ({ operation, inputs: predecessors })),
    })),
  }
  const network = genotype ? derivedNetwork(space, genotype, golden.classes) : supernet(space, golden.classes)
  const extra: Record<string, Float32Array> = {}
  if (network.dictionaries.length > 0)
    extra['dictionary-steps'] = Float32Array.from(
      network.dictionaries,
      (spec) => golden.sparseCodingSteps[spec.name],
    )
  if (golden.mixture) {
    const listOf = { edge: 'inputs', 'inner-edge': 'predecessors', operation: 'operations' } as const
    const taken = new Map<string, number>()
    extra['mixture'] = Float32Array.from(playersOf(space), ({ kind, cell, node }) => {
      const list = `cell${cell}/${node === undefined ? '' : `node${node}/`}${listOf[kind]}`
      const position = taken.get(list) ?? 0
      taken.set(list, position + 1)
      return golden.mixture![list][position]
    })
  }
  return { network, extra }
}

describe.each(['supernet-bm-nas', 'supernet-full', 'derived', 'derived-bm-nas'])('%s', (name) => {
  const golden = readGolden<GoldenFusion>(name)
  const { network, extra } = networkOf(golden)
  itTrainsAsInPyTorch(golden, network, extra)

  it('codes with the steps that its dictionaries allow', () => {
    for (const { name, shape, length } of network.dictionaries) {
      const bound = boundSquaredNorm(initialValues(golden, name), { shape, length })
      expect(golden.sparseCodingSteps[name] * bound).toBeCloseTo(0.9, 2)
    }
  })
})
