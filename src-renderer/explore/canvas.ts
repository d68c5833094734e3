import { onBeforeUnmount, onMounted, ref, watch, type Ref, type ShallowRef } from 'vue'
import { onceAFrame } from '../stores/once-a-frame.ts'

/** CSS pixels of an element, kept up to date. */
export function useSize(
  element: Readonly<ShallowRef<HTMLElement | null>>,
): Ref<{ width: number; height: number }> {
  const size = ref({ width: 0, height: 0 })
  const observer = new ResizeObserver(([{ contentRect }]) => {
    size.value = { width: Math.floor(contentRect.width), height: Math.floor(contentRect.height) }
  })
  onMounted(() => observer.observe(element.value!))
  onBeforeUnmount(() => observer.disconnect())
  return size
}

/** Paints a canvas anew, at most once a frame, whenever what `paint` was given changes. */
export function useCanvas<Input>(
  canvas: Readonly<ShallowRef<HTMLCanvasElement | null>>,
  size: Ref<{ width: number; height: number }>,
  input: () => Input,
  paint: (context: CanvasRenderingContext2D, input: Input, size: { width: number; height: number }) => void,
): void {
  const repaint = onceAFrame(() => {
    const element = canvas.value
    const { width, height } = size.value
    if (!element || width === 0 || height === 0) return
    const ratio = devicePixelRatio
    if (element.width !== width * ratio || element.height !== height * ratio) {
      element.width = width * ratio
      element.height = height * ratio
    }
    const context = element.getContext('2d')!
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    paint(context, input(), size.value)
  })
  watch([input, size], repaint, { immediate: true, flush: 'post' })
}
