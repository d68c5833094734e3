import { useToast } from '@nuxt/ui/composables/useToast'
import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { formatScoreOrUnknown } from '../format.ts'
import { useRunsStore } from '../stores/runs.ts'

/** Says once that a run which was going on has ended, unless the reader is looking at it. */
export function announceFinishedRuns(): void {
  const runs = useRunsStore()
  const toast = useToast()
  const route = useRoute()
  const router = useRouter()
  watch(
    () => runs.byId,
    (now, before) => {
      for (const [id, { state, name, score }] of now) {
        const ended = before.get(id)?.state === 'running' && (state === 'done' || state === 'failed')
        if (!ended || route.params['id'] === id) continue
        toast.add({
          title: state === 'done' ? `${name || id} is done` : `${name || id} failed`,
          description: state === 'done' ? `Test score ${formatScoreOrUnknown(score)}` : 'Open it to see why.',
          color: state === 'done' ? 'neutral' : 'error',
          icon: state === 'done' ? 'i-lucide-circle-check' : 'i-lucide-circle-x',
          actions: [{ label: 'Open', onClick: () => void router.push(`/runs/${id}`) }],
        })
      }
    },
  )
}
