import { defineExporter } from '../exporter.ts'
import { reportPage } from '../report/report.ts'

/** The result on one self-contained page. */
export const report = defineExporter({
  name: 'report',
  async write(source) {
    const page = reportPage(source)
    const sections = page.match(/<section /g)?.length ?? 0
    return { files: { 'report.html': page }, check: `${sections} sections, no scripts, no requests` }
  },
})
