import { z } from 'zod'
import { call, type ArgumentsOf, type ResultOf } from './call.ts'
import { deviceName, type DeviceProbe } from './device.ts'

/** What a worker process can be told to do, besides a run: long or dangerous work that ends in an answer. */
export const verbs = {
  /** Tries a device with a small model. A provider that cannot load may take its process down with it. */
  probe: call(z.tuple([deviceName])).returns<DeviceProbe>(),
}

type Verbs = typeof verbs
export type VerbName = keyof Verbs
export type VerbArguments<V extends VerbName> = ArgumentsOf<Verbs[V]>
export type VerbResult<V extends VerbName> = ResultOf<Verbs[V]>
