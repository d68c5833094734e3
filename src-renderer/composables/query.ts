import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQuery, type Router } from 'vue-router'

/** What was written and the router has not followed yet: parts that change together end in one address. */
const waiting = new WeakMap<Router, LocationQuery>()

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
      const { [name]: _, ...rest } = waiting.get(router) ?? route.query
      const query = value === fallback ? rest : { ...rest, [name]: value }
      waiting.set(router, query)
      const followed = push ? router.push({ query }) : router.replace({ query })
      void followed.finally(() => {
        if (waiting.get(router) === query) waiting.delete(router)
      })
    },
  })
}
