import { startHost, type Host } from '#main/host.ts'
import { createWorkbench, type Workbench } from '#main/workbench.ts'
import { forkWorkers } from '#main/workers/node-worker.ts'
import { folderForAll } from '../fixtures/temporary-folder.ts'
import { buildWindow } from './build-window.ts'

export interface RealHost {
  dataDir: string
  workbench: Workbench
  host: Host
  close(): Promise<void>
}

/** The real host, renderer, workbench and workers over an empty data folder, removed after the last test of the file. */
export async function startRealHost(options: { roots?: readonly string[] } = {}): Promise<RealHost> {
  await buildWindow()
  const dataDir = folderForAll()
  const report = (problem: object) => console.error(problem)
  const workbench = await createWorkbench({ dataDir, spawnWorker: forkWorkers(), report, ...options })
  const host = await startHost({ workbench })
  return {
    dataDir,
    workbench,
    host,
    async close() {
      await host.close()
      await workbench.close()
    },
  }
}
