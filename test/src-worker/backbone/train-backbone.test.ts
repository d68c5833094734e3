import { afterEach, describe, expect, it, vi } from 'vitest'
import { trainBackbone, type BackboneState, type BackboneTask } from '#worker/backbone/train-backbone.ts'
import { stream } from '#worker/random.ts'
import { Predictor } from '#worker/training/predictor.ts'
import { barsTask, vectorsTask } from './tasks.ts'

const tasks: [string, BackboneTask][] = [
  ['cnn', barsTask()],
  ['maxout', vectorsTask()],
]

afterEach(() => void vi.restoreAllMocks())

describe.each(tasks)('trainBackbone, %s', (_kind, task) => {
  it('learns, and scores every epoch on validation', async () => {
    const told: number[] = []
    const trained = await trainBackbone(task, {
      onEpoch: (epoch) => {
        told.push(epoch.validationScore)
      },
    })
    expect(trained.history.map(({ validationScore }) => validationScore)).toEqual(told)
    expect(told).toHaveLength(task.config.epochs)
    expect(trained.history.at(-1)!.trainLoss).toBeLessThan(trained.history[0].trainLoss / 2)
    expect(trained.validation.score).toBe(told.at(-1))
    expect(trained.validation.score).toBeGreaterThan(0.85)
    expect(trained.test.score).toBeGreaterThan(0.85)
    expect(trained.test.macroF1).toBeGreaterThan(0.85)
  })

  it('goes on from an epoch to the same weights, bit for bit', async () => {
    const short = { ...task, config: { ...task.config, epochs: 4 } }
    const states: BackboneState[] = []
    const whole = await trainBackbone(short, {
      onEpoch: (_epoch, state) => {
        states.push(state)
      },
    })
    const stored = structuredClone(states[1])
    const resumed = await trainBackbone(short, { resumeFrom: stored })
    expect(resumed.history).toEqual(whole.history)
    expect(resumed.weights).toEqual(whole.weights)
    expect(resumed.statistics).toEqual(whole.statistics)
    expect(resumed.test).toEqual(whole.test)
  })

  it('learns nothing from shuffled labels', async () => {
    const { train } = task.splits
    const order = stream(5, 'shuffle').permutation(train.length)
    const labels = Array.from(task.labels)
    train.forEach((index, i) => (labels[index] = task.labels[train[order[i]]]))
    const { validation, test } = await trainBackbone({ ...task, labels })
    const chance = 1 / task.classes
    const samples = task.splits.validation.length + task.splits.test.length
    const accuracy =
      (validation.score * task.splits.validation.length + test.score * task.splits.test.length) / samples
    expect(Math.abs(accuracy - chance)).toBeLessThan(4 * Math.sqrt((chance * (1 - chance)) / samples))
  })
})

it('depends on its seed', async () => {
  const short = { ...vectorsTask(), config: { ...vectorsTask().config, epochs: 1 } }
  const one = await trainBackbone(short)
  expect((await trainBackbone(short)).weights).toEqual(one.weights)
  expect((await trainBackbone({ ...short, seed: 4 })).weights).not.toEqual(one.weights)
})

it('trains on fewer samples than a minibatch holds', async () => {
  const task = barsTask(20)
  const { history } = await trainBackbone({ ...task, config: { ...task.config, epochs: 1 } })
  expect(history).toHaveLength(1)
})

it('shows training another variant of the samples at every call, and plain ones to scores', async () => {
  const seenBy = async (task: BackboneTask) => {
    const draws: (number | undefined)[] = []
    const rows: typeof task.samples.rows = (indices, random) => {
      draws.push(random?.next())
      return task.samples.rows(indices)
    }
    await trainBackbone({
      ...task,
      config: { ...task.config, epochs: 2 },
      samples: { ...task.samples, rows },
    })
    return draws
  }
  const draws = await seenBy(barsTask())
  const drawn = draws.filter((draw) => draw !== undefined)
  expect(drawn.length).toBeGreaterThanOrEqual(2)
  expect(new Set(drawn).size).toBe(drawn.length)
  expect(draws.length).toBeGreaterThan(drawn.length)
  const { config } = barsTask()
  const still = { ...barsTask(), config: { ...config, augment: false } } as BackboneTask
  expect((await seenBy(still)).every((draw) => draw === undefined)).toBe(true)
})

it('calibrates on training samples in random order, for datasets stand class after class', async () => {
  const task = vectorsTask(300)
  const { train } = task.splits
  const calibrate = vi.spyOn(Predictor.prototype, 'calibrate')
  const { network } = await trainBackbone({ ...task, config: { ...task.config, epochs: 1 } })
  const [, [first]] = calibrate.mock.calls[0]
  const taken = first[network.input]
  const width = task.samples.shape[0]
  const rowOf = (row: number) => taken.subarray(row * width, (row + 1) * width).join()
  const positions = new Map(train.map((index, position) => [task.samples.rows([index]).join(), position]))
  const found = Array.from({ length: taken.length / width }, (_, row) => positions.get(rowOf(row)))
  expect(found).toHaveLength(128)
  for (const position of found) expect(position).toBeDefined()
  expect(found.filter((position) => position! >= 128).length).toBeGreaterThan(10)
})
