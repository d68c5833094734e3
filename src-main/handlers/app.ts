import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HandlersOf } from '#contract/call.ts'
import type { appCalls } from '#contract/calls/app.ts'
import { packageRoot } from '../package-root.ts'
import type { Rooms } from './rooms.ts'

export function appHandlers({ dataDir, runsDir }: Rooms): HandlersOf<typeof appCalls> {
  return {
    'app.info': async () => ({ version: productVersion(), dataDir, runsDir }),
  }
}

function productVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}
