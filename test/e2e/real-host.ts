import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHost, type Host } from '#main/host.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { buildWindow } from './build-window.ts'

export interface RealHost {
  dataDir: string
  workbench: Workbench
  host: Host
  close(): Promise<void>
}

/** The real host, renderer, workbench and workers over an empty data folder, which `close` removes. */
export async function startRealHost(): Promise<RealHost> {
  await buildWindow()
  const dataDir = await mkdtemp(join(tmpdir(), 'shapwright-window-'))
  const report = (problem: object) => console.error(problem)
  const workbench = await createWorkbench({ dataDir, spawnWorker: forkWorkers(), report })
  const host = await startHost({ workbench })
  return {
    dataDir,
    workbench,
    host,
    async close() {
      await host.close()
      await workbench.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
