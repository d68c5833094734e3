import type { HandlersOf } from '#contract/call.ts'
import type { fileCalls } from '#contract/calls/files.ts'
import { browseFolder, grantPicked, listRoots } from '../files/browse.ts'
import type { Rooms } from './rooms.ts'

export function fileHandlers({ grants, roots, pickFile }: Rooms): HandlersOf<typeof fileCalls> {
  return {
    'files.roots': () => listRoots(grants, roots),
    'files.browse': async (id, options) =>
      browseFolder(grants, id ?? grants.grant(roots[0].path, roots[0].path), options),
    'files.pick': async (wish) => {
      if (!pickFile) return null
      const path = await pickFile(wish)
      return { entry: path === null ? null : await grantPicked(grants, path) }
    },
  }
}
