import { defineShortcuts, type ShortcutsConfig } from '@nuxt/ui/composables/defineShortcuts'
import { computed, onScopeDispose, shallowReactive, type ComputedRef } from 'vue'

/** Something that the reader can do: by its keys, and by its name in the command palette. */
export interface Command {
  /** What it does, as the palette and the sheet of keys say it. */
  title: string
  /** `g-r` one after the other, `meta_k` together (Ctrl where there is no ⌘), `/`, `escape`. */
  keys?: string
  icon?: string
  /** It works while the reader types and over an open dialog as well. */
  always?: boolean
  run: () => unknown
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

/**
 * Makes the keys work; once, in the root of the window. All keys are heard in one place: `c` alone is then no part of
 * `g c`. The newest part that wants a key gets it, and none does while a dialog is open.
 */
export function listenToKeys(): void {
  const byKeys = computed(() => {
    const commands = [...sections.values()].flatMap((section) => section.commands)
    return new Map(
      commands.flatMap((command) => (command.keys === undefined ? [] : [[command.keys, command]])),
    )
  })
  const shortcuts = computed(() => {
    const config: ShortcutsConfig = {}
    for (const [keys, { run, always = false }] of byKeys.value) {
      if (keys === 'escape') continue
      config[keys] = { usingInput: always, handler: () => void ((always || !isDialogOpen()) && run()) }
    }
    return config
  })
  defineShortcuts(shortcuts)
  // A shortcut would take Escape away from menus and dialogs, which close by it.
  const onEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !isTyping(event) && !isDialogOpen())
      byKeys.value.get('escape')?.run()
  }
  window.addEventListener('keydown', onEscape)
  onScopeDispose(() => window.removeEventListener('keydown', onEscape))
}

const isDialogOpen = (): boolean =>
  document.querySelector(':is([role=dialog], [role=alertdialog], [role=menu])[data-state=open]') !== null

const isTyping = ({ target }: Event): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, [contenteditable]')

/** The keys as they are printed on keyboards: `g-r` → [`G`, `R`]. */
export function keysOf({ keys }: Command): string[] {
  const names: Record<string, string> = { escape: 'Esc', delete: 'Del' }
  const kept = new Set(['meta', 'shift', 'alt', 'enter'])
  return keys === undefined
    ? []
    : keys.split(/[-_]/).map((key) => names[key] ?? (kept.has(key) ? key : key.toUpperCase()))
}
