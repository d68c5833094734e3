import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/**
 * A part of the address: what stands there survives a reload and means the same in a second window. The default is
 * left out of the address. `push` makes a step that the back button undoes.
 */
export function useQuery(name: string, fallback = '', { push = false } = {}): WritableComputedRef<string> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => {
      const value = route.query[name]
      return typeof value === 'string' ? value : fallback
    },
    set: (value) => {
      const { [name]: _, ...rest } = route.query
      const query = value === fallback ? rest : { ...rest, [name]: value }
      void (push ? router.push({ query }) : router.replace({ query }))
    },
  })
}
