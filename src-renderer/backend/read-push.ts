import { z } from 'zod'
import type { Push } from '#contract/calls.ts'

const text = z.string()
const progress = z.object({ done: z.number(), doing: text })

/** What a push of every topic has at least: that by which windows tell whom it concerns, in its shape. */
const envelopes: Record<Push['topic'], z.ZodType> = {
  'run.changed': z.object({ summary: z.object({ id: text, state: text }) }),
  'run.events': z.object({
    id: text,
    events: z.array(z.object({ seq: z.int(), at: z.number(), type: text })),
  }),
  'datasets.changed': z.object({}),
  'dataset.progress': z.object({ work: text, progress }),
  'backbones.changed': z.object({}),
  'queue.changed': z.object({
    queue: z.object({ slots: z.array(z.object({ run: text.nullable() })), waiting: z.array(text) }),
  }),
  'runs.removed': z.object({ ids: z.array(text) }),
  'estimate.progress': z.object({ ticket: text, progress }),
  'study.changed': z.object({ study: z.object({ id: text }) }),
  'export.changed': z.object({ id: text, running: progress.nullable() }),
  'valuation.changed': z.object({ id: text, running: progress.nullable() }),
  'what-if.changed': z.object({ id: text, running: progress.nullable() }),
}

const topicOf = z.object({ topic: z.enum(Object.keys(envelopes) as [Push['topic'], ...Push['topic'][]]) })

function isPush(value: unknown): value is Push {
  const { data } = topicOf.safeParse(value)
  return data !== undefined && envelopes[data.topic].safeParse(value).success
}

/**
 * Reads pushes as they arrive. What is none, as of a back end of another version, is dropped; null then. The console tells
 * of the first.
 */
export function pushReader(): (value: unknown) => Push | null {
  let told = false
  return (value) => {
    if (isPush(value)) return value
    if (!told)
      console.error('A message of the back end cannot be understood and was left out. Reload the page.')
    told = true
    return null
  }
}
