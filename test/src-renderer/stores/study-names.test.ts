import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { createApp } from 'vue'
import type { Push } from '#contract/calls.ts'
import { connectionKey, type Connection } from '../../../src-renderer/backend/connection.ts'
import { useStudyNamesStore } from '../../../src-renderer/stores/study-names.ts'

it('a study goes by its name, as soon as that is known, and by its id where it has none', async () => {
  let tell: (push: Push) => void = () => {}
  const connection = {
    call: async () => [
      { id: 's1', name: 'widths' },
      { id: 's2', name: '' },
    ],
    subscribe: (listener: typeof tell) => {
      tell = listener
      return () => {}
    },
    watchState: () => () => {},
  } as unknown as Connection
  const app = createApp({})
  const pinia = createPinia()
  app.use(pinia).provide(connectionKey, connection)
  setActivePinia(pinia)
  const studies = useStudyNamesStore()
  expect(studies.nameOf('s1')).toBe('s1')
  await expect.poll(() => studies.nameOf('s1')).toBe('widths')
  expect(studies.nameOf('s2')).toBe('s2')
  tell({ topic: 'study.changed', study: { id: 's3', name: 'depths' } } as Push)
  expect(studies.nameOf('s3')).toBe('depths')
  expect(studies.nameOf('s1')).toBe('widths')
})
