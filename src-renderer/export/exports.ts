import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { ExportList, StoredExport } from '#contract/calls/exports.ts'
import type { ExportRequest } from '#contract/export.ts'
import type { ProblemReport } from '#contract/problem.ts'
import { describeFailure, useConnection } from '../backend/connection.ts'
import { useConnectionStore } from '../stores/connection.ts'

export interface RunExports {
  /** Null until it was read. */
  list: ShallowRef<ExportList | null>
  problem: ShallowRef<ProblemReport | null>
  /** The export that was made last in this window. */
  newest: Ref<string>
  /** What was last saved, and where; said until something else happens. */
  saved: Ref<string>
  /** Bytes of the export that was removed; null until then, and when something else happens. */
  freed: Ref<number | null>
  create(request: ExportRequest): Promise<void>
  cancel(): Promise<void>
  download(one: StoredExport, path: string | null): Promise<void>
  show(one: StoredExport): Promise<void>
  remove(one: StoredExport): Promise<void>
}

/** The exports of a run, followed while the calling component is there. */
export function useExports(run: () => string): RunExports {
  const connection = useConnection()
  const list = shallowRef<ExportList | null>(null)
  const problem = shallowRef<ProblemReport | null>(null)
  const newest = ref('')
  const saved = ref('')
  const freed = ref<number | null>(null)

  /** Does what was asked for; what goes wrong is shown. */
  async function attempt(action: () => Promise<void>): Promise<void> {
    problem.value = null
    saved.value = ''
    freed.value = null
    try {
      await action()
    } catch (error) {
      const failure = describeFailure(error)
      if (failure.code !== 'export-cancelled') problem.value = failure
    }
  }

  async function read(): Promise<void> {
    const id = run()
    const found = await connection.call('exports.list', id)
    if (id === run()) list.value = found
  }

  const forget = connection.subscribe((push) => {
    if (push.topic !== 'export.changed' || push.id !== run()) return
    if (push.running && list.value) list.value = { ...list.value, running: push.running }
    else void attemptQuietly()
  })
  /** Reads the list again without touching what is shown of the last action. */
  const attemptQuietly = () => read().catch((error) => (problem.value = describeFailure(error)))
  const forgetLine = useConnectionStore().onReopened(() => void attemptQuietly())
  onScopeDispose(() => (forget(), forgetLine()))
  watch(run, () => void attempt(read), { immediate: true })

  return {
    list,
    problem,
    newest,
    saved,
    freed,
    create: (request) =>
      attempt(async () => {
        newest.value = ''
        if (list.value) list.value = { ...list.value, running: { done: 0, doing: 'starting' } }
        try {
          const { name } = await connection.call('exports.create', run(), request)
          newest.value = name
        } finally {
          await read()
        }
      }),
    cancel: () => attempt(async () => void (await connection.call('exports.cancel', run()))),
    download: ({ name }, path) =>
      attempt(async () => {
        const answer = await connection.call('exports.download', run(), name, path)
        if ('address' in answer) follow(answer.address)
        else if (answer.saved !== null) saved.value = answer.saved
      }),
    show: ({ name }) => attempt(async () => void (await connection.call('exports.show', run(), name))),
    remove: ({ name, bytes }) =>
      attempt(async () => {
        try {
          await connection.call('exports.remove', run(), name)
          freed.value = bytes
        } finally {
          await read()
        }
      }),
  }
}

/** Has the browser fetch an address of the host and save what comes. */
function follow(address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = ''
  link.click()
}
