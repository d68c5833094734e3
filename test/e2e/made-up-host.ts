import { startHost, type Host } from '#main/host.ts'
import { buildWindow } from './build-window.ts'
import { MadeUpWorkbench } from './made-up-workbench.ts'

export interface MadeUpHost {
  workbench: MadeUpWorkbench
  host: Host
  /** The page's address with the token; the browser has no session before. */
  entrance: string
  /** Address of a route such as `/runs?q=demo`. */
  at: (route: string) => string
}

/** The real host and the built renderer over a made-up workbench. */
export async function startMadeUpHost(): Promise<MadeUpHost> {
  await buildWindow()
  const workbench = new MadeUpWorkbench()
  const host = await startHost({ workbench })
  const base = host.url.replace(/#.*/, '')
  return { workbench, host, entrance: host.url, at: (route) => `${base}#${route}` }
}
