import { cp, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TableSpec } from '#contract/dataset.ts'
import { temporaryFolder } from '../../../../fixtures/temporary-folder.ts'

export const fixture = join(import.meta.dirname, '../../../../fixtures/table/shapes.csv')

export const shapes: TableSpec = {
  kind: 'table',
  path: fixture,
  modalities: {
    picture: { column: 'picture', type: 'image' },
    caption: { column: 'caption', type: 'text' },
    measures: { column: 'measures', type: 'vector' },
  },
  label: 'shape',
  imageSize: 24,
  salt: 'table-v1',
  unusableRows: 'refuse',
}

/** The rows of the fixture; none of its cells holds a quote. */
export async function readRows(): Promise<string[][]> {
  const lines = (await readFile(fixture, 'utf8')).trim().split('\n')
  return lines.map((line) => line.match(/"[^"]*"|[^,]+/g)!.map((cell) => cell.replaceAll('"', '')))
}

export const csvOf = (rows: readonly (readonly string[])[], delimiter = ',') =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)).join('\r\n')

/** A copy of the fixture's pictures and the given table beside it. */
export async function placeTable(name: string, content: string | Uint8Array): Promise<string> {
  const folder = temporaryFolder()
  await cp(join(dirname(fixture), 'images'), join(folder, 'images'), { recursive: true })
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

/** The fixture with a split column: each class 6/2/2. */
export async function splitRows(): Promise<string[][]> {
  const [header, ...rows] = await readRows()
  const splitAt = (at: number) => (at < 18 ? 'train' : at < 24 ? 'Validation' : 'test')
  return [[...header!, 'part'], ...rows.map((row, at) => [...row, splitAt(at)])]
}
