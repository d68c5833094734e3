import { z } from 'zod'
import { call } from '../call.ts'

export interface AppInfo {
  version: string
  dataDir: string
  runsDir: string
}

export const appCalls = {
  'app.info': call(z.tuple([])).returns<AppInfo>(),
}
