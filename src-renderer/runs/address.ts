import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Address } from './filter.ts'

export interface PageAddress {
  parts: ComputedRef<Address>
  /** Changes some parts; an empty one leaves the address. Several calls before the next frame add up. */
  change(parts: Address): void
}

/** All that stands behind the `?` of this page's address. */
export function usePageAddress(): PageAddress {
  const route = useRoute()
  const router = useRouter()
  const parts = computed(() => textParts(route.query))
  let coming: Address | null = null

  function change(changed: Address): void {
    const all = { ...(coming ?? parts.value), ...changed }
    const query = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
    coming = query
    void router.replace({ query }).finally(() => {
      if (coming === query) coming = null
    })
  }
  return { parts, change }
}

function textParts(query: Record<string, unknown>): Address {
  return Object.fromEntries(
    Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
