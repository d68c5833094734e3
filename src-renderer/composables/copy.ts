import { ref, type Ref } from 'vue'

/** Copies text and says for two seconds that it did. */
export function useCopy(): { copied: Ref<string | null>; copy: (text: string) => Promise<void> } {
  const copied = ref<string | null>(null)
  async function copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text)
    copied.value = text
    setTimeout(() => {
      if (copied.value === text) copied.value = null
    }, 2000)
  }
  return { copied, copy }
}
