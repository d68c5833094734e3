import { describe, expect, it } from 'vitest'
import { parseRunConfig } from '#contract/config.ts'
import { planMixtures } from '#worker/search/coalitions/plan.ts'
import { endOfRun, mixturesTogether, PaceKeeper, passageOf } from '#worker/search/coalitions/sizes.ts'
import { numbersOf, readStep, widthOf } from '#worker/search/coalitions/step-numbers.ts'
import { maskMixture, playersOf } from '#worker/space/players.ts'
import { createSpace } from '#worker/space/space.ts'

const features = ['a.0', 'b.0'].map((id) => ({ id, channels: 3 }))
const config = { dataset: { kind: 'emoji8' }, space: { name: 'bm-nas', cells: 2, steps: 1 } }
const space = createSpace(parseRunConfig(config, 'test').space, features)
const players = playersOf(space)
const mixture = players.map((_, i) => 0.2 + i / 100)
const ids = players.map(({ id }) => id)
const edges = (cell: number) => ids.filter((id) => id.startsWith(`cell${cell}/`) && id.includes('edge'))
const op = (cell: number, label: string) => `cell${cell}/node0/op/${label}`

/** The mixtures of coalitions of named players. */
const plan = (...coalitions: string[][]) =>
  planMixtures(
    space,
    coalitions.map((members) =>
      maskMixture(players, mixture, { has: (player) => members.includes(ids[player]) }),
    ),
  )

/** How often each step computes an operation anew, over all steps of a cell. */
function computed(steps: ReturnType<typeof plan>['cells'][number], cell: number): number {
  const numbers = numbersOf(steps)
  const width = widthOf(space, cell)
  let count = 0
  for (let step = 0; step < steps.length; step++) {
    const parts = Array.from(numbers.subarray(step * width, (step + 1) * width), (value) => ({ value }))
    const { nodes } = readStep(space, cell, parts as never)
    for (const { newResults } of nodes)
      count += newResults.reduce((sum, flag) => sum + (flag as never as { value: number }).value, 0)
  }
  return count
}

describe('the plan of mixtures', () => {
  it('computes every operation of a cell once where only operations differ', () => {
    const all = [...edges(0), ...edges(1)]
    const labels = space.operations
    const everyChoice = Array.from({ length: 256 }, (_, mask) => [
      ...all,
      ...labels.filter((_, i) => (mask >> i) & 1).map((label) => op(0, label)),
      ...labels.filter((_, i) => (mask >> (i + 4)) & 1).map((label) => op(1, label)),
    ])
    const { cells, answers } = plan(...everyChoice)
    expect(cells.map((steps) => steps.length)).toEqual([16, 256])
    expect(computed(cells[0], 0)).toBe(4)
    expect(computed(cells[1], 1)).toBe(16 * 4)
    expect(new Set(answers).size).toBe(256)
  })

  it('computes no operation that is absent, and equal mixtures once', () => {
    const some = [...edges(0), op(0, 'sum')]
    const { cells, answers } = plan(some, [], some)
    expect(computed(cells[0], 0)).toBe(1)
    expect(computed(cells[1], 1)).toBe(0)
    expect(answers[0]).toBe(answers[2])
    expect(answers[0]).not.toBe(answers[1])
  })

  it('takes a cell for independent of an earlier one without the edge between them', () => {
    const second = [...edges(1).filter((id) => !id.endsWith('edge/cell0')), op(1, 'linear_glu')]
    const { cells } = plan([...second, ...edges(0)], [...second, ...edges(0), op(0, 'sum')], second)
    expect(cells[0].length).toBe(3)
    expect(cells[1].length).toBe(3)
    expect(computed(cells[1], 1)).toBe(1)
    const linked = [...second, 'cell1/edge/cell0']
    expect(computed(plan([...linked, ...edges(0)], linked).cells[1], 1)).toBe(2)
  })

  it('takes a node that reads nothing for the same whatever its cell reads', () => {
    const glu = op(0, 'linear_glu')
    const { cells } = plan([glu], [glu, 'cell0/edge/a.0'], [glu, 'cell0/node0/edge/x'])
    expect(computed(cells[0], 0)).toBe(1)
    expect(cells[0].map(({ sum }) => sum !== '').filter(Boolean).length).toBe(1)
  })

  it('takes a node without operations for nothing, whatever it reads', () => {
    const { cells } = plan(
      ['cell0/edge/a.0'],
      ['cell0/edge/a.0', 'cell0/node0/edge/x'],
      ['cell1/node0/edge/x'],
    )
    expect(cells.map((steps) => steps.length)).toEqual([2, 2])
  })

  it('takes the inputs x and y of a node for one, for they are the same tensor', () => {
    const glu = [op(0, 'linear_glu'), 'cell0/edge/a.0']
    const equal = mixture.with(ids.indexOf('cell0/node0/edge/y'), mixture[ids.indexOf('cell0/node0/edge/x')])
    const masked = ['x', 'y'].map((end) =>
      maskMixture(players, equal, {
        has: (player) => [...glu, `cell0/node0/edge/${end}`].includes(ids[player]),
      }),
    )
    expect(planMixtures(space, masked).cells[1].length).toBe(1)
  })
})

describe('sizes', () => {
  const size = { length: 16, channels: 192, cells: 2 }

  it('parts a batch equally, so that a tensor stays in the cache', () => {
    const { rows, lanes } = passageOf(size, 256, 1)
    expect(lanes).toBe(1)
    expect(rows * Math.ceil(256 / rows) - 256).toBeLessThan(8)
    expect(4 * rows * size.length * size.channels).toBeLessThanOrEqual(512 * 1024)
    expect(passageOf(size, 5, 1).rows).toBe(5)
    expect(passageOf({ ...size, length: 4096 }, 256, 1).rows).toBe(1)
  })

  it.each([
    [size, 256, 2, { rows: 32, lanes: 2 }],
    [size, 256, 3, { rows: 29, lanes: 3 }],
    [{ ...size, length: 1, channels: 32 }, 256, 2, { rows: 128, lanes: 2 }],
    [size, 256, 64, { rows: 16, lanes: 16 }],
    [size, 31, 2, { rows: 31, lanes: 1 }],
    [size, 5, 4, { rows: 5, lanes: 1 }],
    [{ ...size, length: 4096 }, 4, 4, { rows: 1, lanes: 4 }],
  ])(
    'gives every lane as many parts, and fewer lanes parts that are worth it: %#',
    (shape, batch, lanes, passage) => {
      expect(passageOf(shape, batch, lanes)).toEqual(passage)
    },
  )

  it('keeps the outputs of cells within memory, whatever the mixtures', () => {
    const together = mixturesTogether(size, 40)
    expect(together * 40 * 16 * 192 * 4).toBeLessThanOrEqual(256 * 1024 * 1024)
    expect(together).toBeGreaterThan(256)
  })

  it('ends runs where nothing is shared across the end', () => {
    const labels = space.operations
    const members = [0, 1, 2].flatMap((cut) =>
      labels.map((_, i) => [...edges(0).slice(cut), ...labels.slice(0, i + 1).map((label) => op(0, label))]),
    )
    const [steps] = plan(...members).cells
    expect(steps.length).toBe(12)
    expect([endOfRun(steps, 0, 6), endOfRun(steps, 4, 6), endOfRun(steps, 8, 6)]).toEqual([4, 8, 12])
    expect(endOfRun(steps, 0, 3)).toBe(3)
  })

  it('gives runs more or fewer steps by how long they take', () => {
    const pace = new PaceKeeper()
    const first = pace.stepsPerRun(0)
    pace.note(0, first, 1)
    expect(pace.stepsPerRun(0)).toBe(2 * first)
    pace.note(0, 2 * first, 4000)
    expect(pace.stepsPerRun(0)).toBe(8)
    expect(pace.stepsPerRun(1)).toBe(first)
  })
})
