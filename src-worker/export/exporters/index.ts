import type { ExporterName } from '#contract/export.ts'
import type { Exporter } from '../exporter.ts'
import { csv } from './csv.ts'
import { genotype } from './genotype.ts'
import { onnx } from './onnx.ts'
import { overlay } from './overlay.ts'
import { pytorch } from './pytorch.ts'
import { report } from './report.ts'
import { svg } from './svg.ts'

/** Every exporter. */
export const exporters: Record<ExporterName, Exporter> = {
  onnx,
  pytorch,
  genotype,
  svg,
  report,
  csv,
  overlay,
}
