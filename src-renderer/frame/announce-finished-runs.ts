import { useToast } from '@nuxt/ui/composables/useToast'
import { useRoute, useRouter } from 'vue-router'
import { formatScoreOrUnknown } from '../format.ts'
import { announce } from '../settings/announcements.ts'
import { useRunsStore } from '../stores/runs.ts'
import { useSettingsStore } from '../stores/settings.ts'

/** Says once that a run which was going on has ended, unless the reader is looking at it; through the system too. */
export function announceFinishedRuns(): void {
  const toast = useToast()
  const route = useRoute()
  const router = useRouter()
  const settings = useSettingsStore()
  useRunsStore().onChanged(({ id, state, name, score }, before) => {
    const ended = before?.state === 'running' && (state === 'done' || state === 'failed')
    if (!ended || route.params['id'] === id) return
    const title = state === 'done' ? `${name || id} is done` : `${name || id} failed`
    const description = state === 'done' ? `Test score ${formatScoreOrUnknown(score)}` : 'Open it to see why.'
    const open = () => void router.push(`/runs/${id}`)
    if (settings.settings?.announceEnds) announce(title, description, open)
    toast.add({
      title,
      description,
      color: state === 'done' ? 'neutral' : 'error',
      icon: state === 'done' ? 'i-lucide-circle-check' : 'i-lucide-circle-x',
      actions: [{ label: 'Open', onClick: open }],
    })
  })
}
