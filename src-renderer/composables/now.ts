import { onScopeDispose, ref, type Ref } from 'vue'

/** The present time, renewed every `intervalMs`. */
export function useNow(intervalMs: number): Ref<number> {
  const now = ref(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, intervalMs)
  onScopeDispose(() => clearInterval(timer))
  return now
}
