import type { HandlersOf } from '#contract/call.ts'
import type { appCalls } from '#contract/calls/app.ts'
import { productManifest } from '../package-root.ts'
import type { Rooms } from './rooms.ts'

export function appHandlers({ dataDir, runsDir }: Rooms): HandlersOf<typeof appCalls> {
  return {
    'app.info': async () => ({ version: productManifest().version, dataDir, runsDir }),
  }
}
