import { onScopeDispose, ref, type Ref } from 'vue'
import type { Scheme } from '#contract/drawing/palette.ts'

const present = (): Scheme => (document.documentElement.classList.contains('dark') ? 'dark' : 'light')

/** Whether the page is light or dark, for what draws with colours of its own. */
export function useScheme(): Ref<Scheme> {
  const scheme = ref(present())
  const observer = new MutationObserver(() => {
    scheme.value = present()
  })
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] })
  onScopeDispose(() => observer.disconnect())
  return scheme
}
