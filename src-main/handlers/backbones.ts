import type { HandlersOf } from '#contract/call.ts'
import type { backboneCalls } from '#contract/calls/backbones.ts'
import type { Rooms } from './rooms.ts'

export function backboneHandlers({ backbones, grants }: Rooms): HandlersOf<typeof backboneCalls> {
  return {
    'backbones.list': async () => backbones.list(),
    'backbones.scores': async () => backbones.scores(),
    'backbones.import': async (grant, name) => backbones.import(grants.resolveGrant(grant), name),
    'backbones.change': (id, change) => backbones.change(id, change),
    'backbones.remove': async (id) => {
      backbones.remove(id)
      return null
    },
  }
}
