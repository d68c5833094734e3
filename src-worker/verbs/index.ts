import { verbs as contract, type VerbArguments, type VerbName } from '#contract/verbs.ts'
import { nameWantOfMemory, Problem } from '#contract/problem.ts'
import type { Verb, VerbContext } from '../verb.ts'

/** Every verb; each is loaded when it is asked for, so that a probe does not wait for the rest. */
const table: { [V in VerbName]: () => Promise<Verb<V>> } = {
  estimate: async () => (await import('./estimate.ts')).estimate,
  export: async () => (await import('./export.ts')).exportVerb,
  import: async () => (await import('./import.ts')).importDataset,
  inspect: async () => (await import('./inspect.ts')).inspect,
  probe: async () => (await import('./probe.ts')).probe,
  revalue: async () => (await import('./revalue.ts')).revalue,
  taps: async () => (await import('./taps.ts')).taps,
  validate: async () => (await import('./validate.ts')).validate,
  whatif: async () => (await import('./what-if.ts')).whatIf,
}

/** Does a verb that was asked for by name. @throws Problem `bad-request` for an unknown verb or wrong arguments. */
export async function doVerb(context: VerbContext, name: string, args: unknown): Promise<unknown> {
  if (!Object.hasOwn(table, name)) throw new Problem('bad-request', name, 'there is no verb of this name')
  return await doKnown(context, name as VerbName, args)
}

async function doKnown<V extends VerbName>(context: VerbContext, name: V, args: unknown): Promise<unknown> {
  const parsed = contract[name].arguments.safeParse(args)
  if (!parsed.success) throw new Problem('bad-request', name, parsed.error.message)
  const verb: Verb<V> = await table[name]()
  try {
    return await verb(context, ...(parsed.data as VerbArguments<V>))
  } catch (error) {
    throw nameWantOfMemory(error, () => name)
  }
}
