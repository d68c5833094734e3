import { computed, shallowRef, watch } from 'vue'
import { placeNearest, withMoved } from '../axis-order.ts'

/** Pixels until a press becomes a drag. */
const slack = 4

/**
 * Axes that change places: the held one follows the pointer, the others make room. `keys` are the axes in their order,
 * `xs` the places for them in pixels; `drop` is told the new order.
 */
export function useAxisDrag(
  keys: () => readonly string[],
  xs: () => readonly number[],
  drop: (keys: string[]) => void,
) {
  const held = shallowRef<{ key: string; x: number } | null>(null)
  const put = shallowRef<readonly string[] | null>(null)
  // The address follows a moment after the drop; until then the axes stay where they were put.
  watch(
    () => keys().join('|'),
    () => (put.value = null),
    { flush: 'sync' },
  )
  const order = computed(() => put.value ?? keys())
  const places = computed(
    () =>
      new Map(order.value.map((key, i) => [key, held.value?.key === key ? held.value.x : xs()[i]] as const)),
  )

  /** Holds the axis until the pointer lets go; Escape puts it back. */
  function lift(key: string, event: PointerEvent): void {
    const grip = event.currentTarget as Element
    const [pressedAt, stoodAt] = [event.clientX, places.value.get(key)!]
    const ends = [xs()[0], xs().at(-1)!]
    const move = ({ clientX }: PointerEvent) => {
      if (!held.value && Math.abs(clientX - pressedAt) < slack) return
      const x = Math.min(ends[1], Math.max(ends[0], stoodAt + clientX - pressedAt))
      held.value = { key, x }
      put.value = withMoved(keys(), key, placeNearest(xs(), x))
    }
    const putBack = (pressed: KeyboardEvent) => {
      if (pressed.key !== 'Escape') return
      pressed.stopPropagation()
      put.value = null
      grip.releasePointerCapture(event.pointerId)
    }
    const end = new AbortController()
    const { signal } = end
    const letGo = () => {
      end.abort()
      held.value = null
      const next = put.value
      if (next && next.join('|') !== keys().join('|')) drop([...next])
      else put.value = null
    }
    grip.setPointerCapture(event.pointerId)
    grip.addEventListener('pointermove', move as EventListener, { signal })
    grip.addEventListener('lostpointercapture', letGo, { signal })
    window.addEventListener('keydown', putBack, { signal, capture: true })
  }

  return { held, order, places, lift }
}
