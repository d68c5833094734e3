import { defineShortcuts } from '@nuxt/ui/composables/defineShortcuts'
import { computed, onScopeDispose, shallowReactive, type ComputedRef } from 'vue'

/** Something that the reader can do: by its keys, and by its name in the command palette. */
export interface Command {
  /** What it does, as the palette and the sheet of shortcuts say it. */
  title: string
  /** `g-r` one after the other, `meta_k` together (Ctrl where there is no ⌘), `/`, `escape`. */
  keys?: string
  icon?: string
  /** It works while the reader types too, as Escape does. */
  whileTyping?: boolean
  run: () => void
}

export interface CommandSection {
  /** The page or part that the commands belong to. */
  where: string
  commands: readonly Command[]
}

/** Sections of what is mounted now, in the order in which it was. */
const sections = shallowReactive(new Map<symbol, CommandSection>())

/** Offers commands as long as the calling component is there: their keys, the palette and the sheet follow from it. */
export function useCommands(where: string, commands: readonly Command[]): void {
  const shortcuts = commands.flatMap(({ keys, run, whileTyping = false }) =>
    keys === undefined ? [] : [[keys, { handler: run, usingInput: whileTyping }] as const],
  )
  defineShortcuts(Object.fromEntries(shortcuts))
  const id = Symbol(where)
  sections.set(id, { where, commands })
  onScopeDispose(() => void sections.delete(id))
}

/** All that can be done now; what belongs to the page stands before what is always there. */
export function useCommandSections(): ComputedRef<CommandSection[]> {
  return computed(() => {
    const [first, ...rest] = sections.values()
    const byWhere = Map.groupBy(first ? [...rest, first] : [], ({ where }) => where)
    return [...byWhere].map(([where, parts]) => ({
      where,
      commands: parts.flatMap(({ commands }) => commands),
    }))
  })
}

/** The keys as they are printed on keyboards: `g-r` → [`G`, `R`]. */
export function keysOf({ keys }: Command): string[] {
  const names: Record<string, string> = {
    meta: 'meta',
    escape: 'Esc',
    delete: 'Del',
    enter: 'enter',
    shift: 'shift',
  }
  return keys === undefined ? [] : keys.split(/[-_]/).map((key) => names[key] ?? key.toUpperCase())
}
