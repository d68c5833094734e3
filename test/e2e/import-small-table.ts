import type { RunConfig } from '#contract/config.ts'
import type { Workbench } from '#main/workbench.ts'
import { smallConfig } from '../fixtures/small-run.ts'

/** Puts the small table of a data folder into its library, as the page of datasets does. */
export async function importSmallTable({ handlers }: Workbench, table: string): Promise<void> {
  const roots = await handlers['files.roots']()
  const wish = { kind: 'file' as const, extensions: ['.csv'], text: '' }
  const dataFolder = roots.find(({ name }) => name === 'Data folder')!
  const { entries } = await handlers['files.browse'](dataFolder.grant, wish)
  const tables = entries.find(({ name }) => name === 'tables')!
  const [file] = (await handlers['files.browse'](tables.grant, wish)).entries
  const { dataset } = smallConfig(table)
  const { kind: _, path: __, ...settings } = dataset as Extract<RunConfig['dataset'], { kind: 'table' }>
  await handlers['datasets.import'](file.grant, settings, 'small vectors', 'import-of-the-test')
}
