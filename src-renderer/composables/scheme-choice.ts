import { useColorMode } from '@nuxt/ui/runtime/vue/stubs/base.js'
import { computed, type WritableComputedRef } from 'vue'

export const schemeChoices = ['system', 'light', 'dark'] as const
export type SchemeChoice = (typeof schemeChoices)[number]

/** Light, dark, or as the system has it; kept by this browser. */
export function useSchemeChoice(): WritableComputedRef<SchemeChoice> & { switchOver: () => void } {
  const mode = useColorMode() as { preference: SchemeChoice; value: 'light' | 'dark' }
  const choice = computed({
    get: () => mode.preference,
    set: (value: SchemeChoice) => {
      mode.preference = value
    },
  })
  /** From what is seen to the other one. */
  const switchOver = () => {
    choice.value = mode.value === 'dark' ? 'light' : 'dark'
  }
  return Object.assign(choice, { switchOver })
}
