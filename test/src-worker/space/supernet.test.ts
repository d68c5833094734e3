import { describe, expect, it } from 'vitest'
import type { Genotype } from '#contract/genotype.ts'
import type { Network } from '#worker/training/network.ts'
import { layoutOf } from '#worker/training/layout.ts'
import { derivedNetwork, inheritWeights } from '#worker/space/derived.ts'
import {
  buildCellOutput,
  buildHead,
  buildOperation,
  type FusionNetwork,
  reshapeFeature,
} from '#worker/space/fusion.ts'
import { add, multiply } from '#worker/graph/functions.ts'
import type { Tensor } from '#worker/graph/tensor.ts'
import { playersOf } from '#worker/space/players.ts'
import type { FusionSpace } from '#worker/space/space.ts'
import { supernet } from '#worker/space/supernet.ts'
import { evaluate } from './evaluate.ts'
import { smallSpace } from './fixtures.ts'

const batch = 3

/** The mixture that gives these weights to the named players and nothing to the others. */
function mixtureOf(space: FusionSpace, weights: Record<string, number>): number[] {
  return playersOf(space).map((player) => weights[player.id] ?? 0)
}

/** Logits on fixed features, for weights drawn from their names. */
async function logitsOf(
  network: FusionNetwork,
  given: Record<string, readonly number[]> = {},
): Promise<number[]> {
  const { logits } = await evaluate(
    (builder) => {
      const inputs = Object.entries(network.inputs).map(
        ([name, { shape }]) => [name, builder.input(name, [batch, ...shape])] as const,
      )
      const built = network.build(builder, Object.fromEntries(inputs))
      return { logits: 'logits' in built ? built.logits : built }
    },
    { 'dictionary-steps': network.dictionaries.map(() => 0.2), ...given },
    batch,
  )
  return logits
}

const parametersOf = (network: Network) => layoutOf(network).parameters

describe('the supernet', () => {
  it('has the named parameters of every candidate, and one step per dictionary', () => {
    const network = supernet(smallSpace({ cells: 1, steps: 2 }, 2), 5)
    const shapes = Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, [...shape]]))
    const node = (j: number) =>
      Object.fromEntries(
        Object.entries({
          'glu/w1': [4, 4],
          'glu/b1': [4],
          'glu/norm1/weight': [4],
          'glu/norm1/bias': [4],
          'glu/w2': [4, 4],
          'glu/b2': [4],
          'glu/norm2/weight': [4],
          'glu/norm2/bias': [4],
          'concat/w': [8, 4],
          'concat/b': [4],
          'concat/norm/weight': [4],
          'concat/norm/bias': [4],
          'se_layer/w1': [8, 1],
          'se_layer/b1': [1],
          'se_layer/w2': [1, 4],
          'se_layer/b2': [4],
          'se_layer/w': [8, 4],
          'se_layer/norm/weight': [4],
          'se_layer/norm/bias': [4],
          'se_layer/b': [4],
          'sparse_attention/aq': [4, 4, 1],
          'sparse_attention/ak': [4, 4, 1],
          'sparse_attention/av': [4, 4, 1],
          'sparse_attention/layernorm/weight': [3, 4],
          'sparse_attention/layernorm/bias': [3, 4],
          'sparse_glu/a1': [4, 4, 3],
          'sparse_glu/b1': [4],
          'sparse_glu/norm1/weight': [4],
          'sparse_glu/norm1/bias': [4],
          'sparse_glu/a2': [4, 4, 3],
          'sparse_glu/b2': [4],
          'sparse_glu/norm2/weight': [4],
          'sparse_glu/norm2/bias': [4],
          'sparse_concat/a': [8, 4, 3],
          'sparse_concat/b': [4],
          'sparse_concat/norm/weight': [4],
          'sparse_concat/norm/bias': [4],
          'sparse_se_layer/a1': [8, 1, 1],
          'sparse_se_layer/b1': [1],
          'sparse_se_layer/a2': [1, 4, 1],
          'sparse_se_layer/b2': [4],
          'sparse_se_layer/a': [8, 4, 3],
          'sparse_se_layer/b': [4],
          'sparse_se_layer/norm/weight': [4],
          'sparse_se_layer/norm/bias': [4],
        }).map(([name, shape]) => [`cell0/node${j}/${name}`, shape]),
      )
    expect(shapes).toEqual({
      'reshape/m.0/w': [5, 4],
      'reshape/m.0/b': [4],
      'reshape/m.0/norm/weight': [4],
      'reshape/m.0/norm/bias': [4],
      'reshape/m.1/w': [6, 4],
      'reshape/m.1/b': [4],
      'reshape/m.1/norm/weight': [4],
      'reshape/m.1/norm/bias': [4],
      ...node(0),
      ...node(1),
      'cell0/out/w': [8, 4],
      'cell0/out/b': [4],
      'cell0/out/norm/weight': [4],
      'cell0/out/norm/bias': [4],
      'cell0/layernorm/weight': [3, 4],
      'cell0/layernorm/bias': [3, 4],
      'head/layernorm/weight': [3, 4],
      'head/layernorm/bias': [3, 4],
      'head/w': [12, 5],
      'head/b': [5],
    })
    const dictionaries = parametersOf(network).filter(({ shape }) => shape.length === 3)
    expect(network.dictionaries.map(({ name, shape }) => ({ name, shape: [...shape] })).sort(byName)).toEqual(
      dictionaries.map(({ name, shape }) => ({ name, shape: [...shape] })).sort(byName),
    )
  })

  it('without sparse operations asks for no steps', () => {
    const layout = layoutOf(supernet(smallSpace({ name: 'bm-nas' }), 2))
    expect(layout.extras).toEqual([
      { name: 'mixture', shape: [playersOf(smallSpace({ name: 'bm-nas' })).length] },
    ])
  })

  it('answers to the weights of the present and not to those of the absent', async () => {
    const space = smallSpace()
    const network = supernet(space, 2)
    const all = mixtureOf(space, Object.fromEntries(playersOf(space).map((player) => [player.id, 0.3])))
    const absent = 'cell1/node0/op/concat'
    const masked = all.map((weight, i) => (playersOf(space)[i].id === absent ? 0 : weight))
    const changed = {
      'cell1/node0/concat/b': [1, -2, 3, 0.5],
      'cell1/node0/concat/norm/bias': [1, -2, 3, 0.5],
    }
    expect(await logitsOf(network, { mixture: masked, ...changed })).toEqual(
      await logitsOf(network, { mixture: masked }),
    )
    expect(await logitsOf(network, { mixture: all, ...changed })).not.toEqual(
      await logitsOf(network, { mixture: all }),
    )
  })

  it.each(smallSpace({ name: 'sm-shapnas' }).operations)(
    'with one player a decision is the derived network whose inputs are all the same: %s',
    async (operation) => {
      const space = smallSpace({ steps: 2 })
      const genotype: Genotype = {
        space: 'sm-shapnas',
        cells: [
          {
            inputs: ['m.1', 'm.1'],
            nodes: [
              { operation, inputs: ['x', 'x'] },
              { operation: 'glu', inputs: ['node0', 'node0'] },
            ],
          },
          {
            inputs: ['cell0', 'cell0'],
            nodes: [
              { operation: 'sum', inputs: ['y', 'y'] },
              { operation, inputs: ['x', 'x'] },
            ],
          },
        ],
      }
      const mixture = mixtureOf(space, {
        'cell0/edge/m.1': 1,
        'cell0/node0/edge/x': 1,
        [`cell0/node0/op/${operation}`]: 1,
        'cell0/node1/edge/node0': 1,
        'cell0/node1/op/glu': 1,
        'cell1/edge/cell0': 1,
        'cell1/node0/edge/y': 1,
        'cell1/node0/op/sum': 1,
        'cell1/node1/edge/x': 1,
        [`cell1/node1/op/${operation}`]: 1,
      })
      const whole = await logitsOf(supernet(space, 4), { mixture })
      const derived = await logitsOf(derivedNetwork(space, genotype, 4))
      expect(derived).toEqual(whole.map((value) => expect.closeTo(value, 4) as number))
    },
  )

  it('mixes sources, predecessors and operations by their weights', async () => {
    const space = smallSpace({ steps: 2, operations: ['sum', 'glu'] })
    const mixture = playersOf(space).map((_, i) => Math.fround(0.3 + 0.5 * Math.sin(i)))
    const weight = (id: string) => mixture[playersOf(space).findIndex((player) => player.id === id)]
    const { logits } = await evaluate(
      (builder) => {
        const sources = new Map(
          space.features.map(({ id, channels }) => [
            id,
            reshapeFeature(builder, space, id, builder.input(id, [batch, 3, channels])),
          ]),
        )
        const mix = (decision: string, from: Map<string, Tensor>) =>
          [...from].map(([id, x]) => multiply(x, weight(`${decision}/${id}`))).reduce((a, b) => add(a, b))
        const cells = [0, 1].map((cell) => {
          const s = mix(`cell${cell}/edge`, sources)
          const inner = new Map([
            ['x', s],
            ['y', s],
          ])
          for (const node of [0, 1]) {
            const at = `cell${cell}/node${node}`
            const u = mix(`${at}/edge`, inner)
            const glu = buildOperation(builder, space, { cell, node, operation: 'glu' }, [u, u], () =>
              builder.input('step', []),
            )
            inner.set(
              `node${node}`,
              mix(
                `${at}/op`,
                new Map([
                  ['sum', add(u, u)],
                  ['glu', glu],
                ]),
              ),
            )
          }
          sources.set(`cell${cell}`, buildCellOutput(builder, space, cell, [...inner.values()].slice(2), s))
          return sources.get(`cell${cell}`)!
        })
        return { logits: buildHead(builder, cells, 2) }
      },
      {},
      batch,
    )
    expect(await logitsOf(supernet(space, 2), { mixture })).toEqual(
      logits.map((value) => expect.closeTo(value, 4) as number),
    )
  })
})

describe('a derived network', () => {
  const space = smallSpace()
  const genotype: Genotype = {
    space: 'sm-shapnas',
    cells: [
      { inputs: ['m.2', 'm.0'], nodes: [{ operation: 'sparse_glu', inputs: ['y', 'x'] }] },
      { inputs: ['cell0', 'm.0'], nodes: [{ operation: 'concat', inputs: ['x', 'y'] }] },
    ],
  }
  const network = derivedNetwork(space, genotype, 3)

  it('reads only the features of its cells', () => {
    expect(Object.keys(network.inputs)).toEqual(['m.0', 'm.2'])
    expect(network.inputs['m.2'].shape).toEqual([3, 7])
  })

  it('keeps the order of its pairs', async () => {
    const swapped = structuredClone(genotype)
    swapped.cells[0].nodes[0].inputs.reverse()
    expect(await logitsOf(derivedNetwork(space, swapped, 3))).not.toEqual(await logitsOf(network))
  })

  it.each([...smallSpace().operations, ...smallSpace({ name: 'bm-nas' }).operations])(
    'is built for any number of samples: %s',
    (operation) => {
      const name = smallSpace().operations.includes(operation) ? 'sm-shapnas' : 'bm-nas'
      const pair: [string, string] = ['x', 'y']
      const nodes = [
        { operation, inputs: pair },
        { operation, inputs: pair },
      ]
      const any = derivedNetwork(
        smallSpace({ name, cells: 1, steps: 2 }),
        { space: name, cells: [{ inputs: ['m.0', 'm.1'], nodes }] },
        3,
      )
      let shape: readonly number[] = []
      const watched: Network = {
        ...any,
        build(builder, inputs) {
          const logits = any.build(builder, inputs) as Tensor
          shape = logits.shape
          return logits
        },
      }
      expect(layoutOf(watched, -1).weightCount).toBe(layoutOf(any).weightCount)
      expect(shape).toEqual([-1, 3])
    },
  )

  it('inherits the weights of the supernet by name', () => {
    const from = parametersOf(supernet(space, 3))
    const to = parametersOf(network)
    const size = (shape: readonly number[]) => shape.reduce((product, axis) => product * axis, 1)
    const weights = new Float32Array(from.reduce((sum, { shape }) => sum + size(shape), 0)).map((_, i) => i)
    const inherited = inheritWeights(from, to, weights)
    expect(inherited).toHaveLength(to.reduce((sum, { shape }) => sum + size(shape), 0))
    for (const { name, shape, offset } of to) {
      const origin = from.find((parameter) => parameter.name === name)!
      expect([inherited[offset], inherited[offset + size(shape) - 1]]).toEqual([
        origin.offset,
        origin.offset + size(shape) - 1,
      ])
    }
  })

  it('cannot inherit what is not there', () => {
    const other = parametersOf(supernet(smallSpace({ operations: ['sum', 'glu'] }), 3))
    expect(() => inheritWeights(other, parametersOf(network), new Float32Array(9999))).toThrow('sparse_glu')
  })

  it('of a foreign genotype is refused', () => {
    const foreign = structuredClone(genotype)
    foreign.cells[0].inputs[0] = 'cell1'
    expect(() => derivedNetwork(space, foreign, 3)).toThrow('cell0/edge/cell1')
  })
})

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}
