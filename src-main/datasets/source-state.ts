import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { SourceState } from '#contract/calls/datasets.ts'
import type { StoredDataset } from './entries.ts'

/** Whether a table's file is still the one that was imported. It is read again only where its time alone has changed. */
export async function sourceStateOf({ spec, source }: StoredDataset): Promise<SourceState> {
  if (spec.kind !== 'table' || source === null) return 'built in'
  const stats = await stat(spec.path).catch(() => null)
  if (!stats?.isFile()) return 'missing'
  if (stats.size !== source.bytes) return 'changed'
  if (Math.round(stats.mtimeMs) === source.modifiedAt) return 'as imported'
  return (await hashOfFile(spec.path)) === source.sha256 ? 'as imported' : 'changed'
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
