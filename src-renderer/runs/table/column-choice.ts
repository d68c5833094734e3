import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { z } from 'zod'
import { runColumns, type RunColumn } from './columns.ts'

const columnChoice = z.object({
  /** Ids of all columns from left to right. */
  order: z.array(z.string()),
  hidden: z.array(z.string()),
  /** Pixels, of those that the reader has changed. */
  widths: z.record(z.string(), z.number()),
})
export type ColumnChoice = z.infer<typeof columnChoice>

export interface ShownColumn extends RunColumn {
  /** Pixels. */
  width: number
}

const [narrowest, widest] = [48, 800]
const storageKey = 'shapwright-run-columns'

const firstChoice: ColumnChoice = {
  order: runColumns.map(({ id }) => id),
  hidden: runColumns.filter(({ hidden }) => hidden).map(({ id }) => id),
  widths: {},
}

/** A choice that was stored, perhaps by another version: unknown columns are forgotten, new ones stand last. */
export function columnChoiceFromText(text: string | null): ColumnChoice {
  const stored = columnChoice.safeParse(parseJson(text))
  if (!stored.success) return firstChoice
  const { order, hidden, widths } = stored.data
  const known = [...new Set(order)].filter((id) => firstChoice.order.includes(id))
  const added = firstChoice.order.filter((id) => !known.includes(id))
  return {
    order: [...known, ...added],
    hidden: [...hidden, ...added.filter((id) => firstChoice.hidden.includes(id))],
    widths,
  }
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}

/** All columns in the chosen order, each with its width. */
export function orderedColumns({ order, widths }: ColumnChoice): ShownColumn[] {
  return order.map((id) => {
    const column = runColumns.find((known) => known.id === id)!
    return { ...column, width: widths[id] ?? column.width }
  })
}

/** Exchanges a column with its neighbour among the shown ones. */
export function moveColumn(choice: ColumnChoice, id: string, step: 1 | -1): ColumnChoice {
  const shown = choice.order.filter((other) => !choice.hidden.includes(other))
  const neighbour = shown[shown.indexOf(id) + step]
  if (neighbour === undefined) return choice
  const order = choice.order.map((other) => (other === id ? neighbour : other === neighbour ? id : other))
  return { ...choice, order }
}

export interface Columns {
  all: ComputedRef<ShownColumn[]>
  shown: ComputedRef<ShownColumn[]>
  toggle(id: string): void
  move(id: string, step: 1 | -1): void
  resize(id: string, width: number): void
  reset(): void
}

/** Which columns the reader wants to see, in which order and how wide; remembered in this browser. */
export function useColumns(): Columns {
  const choice = shallowRef(columnChoiceFromText(localStorage.getItem(storageKey)))
  watch(choice, (value) => localStorage.setItem(storageKey, JSON.stringify(value)))
  const all = computed(() => orderedColumns(choice.value))
  return {
    all,
    shown: computed(() => all.value.filter(({ id }) => !choice.value.hidden.includes(id))),
    toggle(id) {
      const { hidden } = choice.value
      const next = hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id]
      if (id !== 'name') choice.value = { ...choice.value, hidden: next }
    },
    move: (id, step) => void (choice.value = moveColumn(choice.value, id, step)),
    resize(id, width) {
      const fitting = Math.round(Math.min(widest, Math.max(narrowest, width)))
      choice.value = { ...choice.value, widths: { ...choice.value.widths, [id]: fitting } }
    },
    reset: () => void (choice.value = firstChoice),
  }
}
