import { describe, expect, it } from 'vitest'
import { createJob, type Job, stopJob, workOff } from '#worker/search/coalitions/job.ts'
import type { PartEvaluator, Subject } from '#worker/search/coalitions/part-evaluator.ts'

const subject: Subject = {
  state: { weights: new Float32Array(0), statistics: new Float32Array(0), steps: new Float32Array(0) },
  inputs: {},
}
const step = { edges: [], sources: [], nodes: [], sum: '', output: '' }

/** Ten samples in parts of three: two steps, two classes. */
const newJob = () => createJob([[step, step]], { count: 10, rows: 3, classes: 2 })

/** Answers every part with its numbers of samples, and notes where it began. */
function evaluatorOf(started: number[], hooks: { during?: (start: number) => void } = {}) {
  const evaluate: PartEvaluator['evaluate'] = async (_subject, { start }, cells, breathe) => {
    started.push(start)
    await new Promise((resolve) => setImmediate(resolve))
    hooks.during?.(start)
    await breathe?.()
    const steps = cells[cells.length - 1].length
    return Float32Array.from(
      { length: steps * 3 * 2 },
      (_, i) => 100 * Math.floor(i / 6) + start + (Math.floor(i / 2) % 3),
    )
  }
  return { evaluate } as PartEvaluator
}

describe('a job', () => {
  it('is done once by all lanes together, every result in its place', async () => {
    const job = newJob()
    const [one, two]: number[][] = [[], []]
    await Promise.all([
      workOff(evaluatorOf(one), subject, job, { lane: 0, lanes: 2 }),
      workOff(evaluatorOf(two), subject, job, { lane: 1, lanes: 2 }),
    ])
    expect([one, two]).toEqual([
      [0, 6],
      [3, 9],
    ])
    const samples = Array.from({ length: 10 }, (_, i) => [i, i]).flat()
    expect([...job.logits]).toEqual([...samples, ...samples.map((sample) => 100 + sample)])
  })

  it('is taken over from a lane that does not come to its parts', async () => {
    const started: number[] = []
    await workOff(evaluatorOf(started), subject, newJob(), { lane: 1, lanes: 2 })
    expect(started).toEqual([3, 9, 0, 6])
  })

  it('is left at once when it is stopped, and what was at hand with it', async () => {
    const job: Job = newJob()
    const started: number[] = []
    const evaluator = evaluatorOf(started, { during: (start) => start === 3 && stopJob(job) })
    await workOff(evaluator, subject, job, { lane: 0, lanes: 1 })
    expect(started).toEqual([0, 3])
    expect([...job.logits.subarray(6, 12)]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('ends with what a lane throws', async () => {
    const breathe = () => Promise.reject(new RangeError('no more'))
    await expect(workOff(evaluatorOf([]), subject, newJob(), { lane: 0, lanes: 1 }, breathe)).rejects.toThrow(
      'no more',
    )
  })
})
