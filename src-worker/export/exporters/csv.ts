import { runTables } from '#contract/run/tables.ts'
import { csvFromTable } from '#contract/table.ts'
import { defineExporter } from '../exporter.ts'

/** Every figure of a run as tables; those that have no rows yet are left out. */
export const csv = defineExporter({
  name: 'csv',
  async write({ state }) {
    const all = Object.entries(runTables).map(([name, table]) => [name, table(state)] as const)
    const filled = all.filter(([, { rows }]) => rows.length > 0)
    const rows = filled.reduce((sum, [, table]) => sum + table.rows.length, 0)
    return {
      files: Object.fromEntries(filled.map(([name, table]) => [`${name}.csv`, csvFromTable(table)])),
      check: `${rows} rows in ${filled.length} tables`,
    }
  },
})
