import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { readCheckpoint } from '#worker/run-directory/checkpoint.ts'
import { effectiveEvents, readConfig, readEvents, readStatus } from '#worker/run-directory/read.ts'
import { createRun } from '#worker/run-directory/write.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { startScript } from './child.ts'
import { smallConfig } from './folders.ts'

/** A run that counts steps for ever: event `step` k has k + 1, every seventh step leaves a checkpoint of the count. */
const counting = (directory: string) => `
  const { RunWriter } = await import('#worker/run-directory/write.ts')
  const writer = RunWriter.open(${JSON.stringify(directory)})
  const { checkpoint } = writer.resume()
  writer.setStatus('running')
  console.log('ready')
  for (let count = checkpoint?.meta.count ?? 0; ; ) {
    count += 1
    writer.append({ type: 'step', phase: 'search', step: count, loss: 1 / count })
    if (count % 7 === 0) {
      const weights = { shape: [20_000], data: new Float32Array(20_000).fill(count) }
      writer.saveCheckpoint({ tensors: { weights }, meta: { count } })
    }
    if (count % 5 === 0) writer.setStatus('running')
  }`

/**
 * Kills a counting run again and again, somewhere in its work, and has it go on each time. After each kill everything
 * must be readable, and the steps that hold must count 1, 2, 3, … up to the checkpoint and beyond. Returns the count
 * that the last checkpoint has reached.
 */
export async function killAndGoOn(kills: number): Promise<number> {
  const { directory } = createRun(temporaryFolder(), smallConfig)
  let reached = 0
  for (let kill = 0; kill < kills; kill++) {
    const child = startScript(counting(directory))
    await once(child.stdout!, 'data')
    await sleep(Math.random() * 60)
    child.kill('SIGKILL')
    await once(child, 'exit')

    expect(readConfig(directory)).toEqual(smallConfig)
    expect(readStatus(directory).state).toBe('running')
    const holding = effectiveEvents(readEvents(directory))
    const counts = holding.flatMap((event) => (event.type === 'step' ? [event.step] : []))
    expect(counts).toEqual(counts.map((_, i) => i + 1))
    const checkpoint = readCheckpoint(directory)
    const count = (checkpoint?.meta as { count: number } | undefined)?.count ?? 0
    expect(checkpoint?.damaged ?? []).toEqual([])
    const weights = [...(checkpoint?.tensors['weights'].data ?? [])]
    expect(weights.every((weight) => weight === count)).toBe(true)
    const covered = holding.filter(
      (event) => event.type === 'step' && event.seq <= (checkpoint?.afterSeq ?? -1),
    )
    expect(covered.length).toBe(count)
    reached = count
  }
  return reached
}
