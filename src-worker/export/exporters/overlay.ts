import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import onnxProto from 'onnx-proto'
import { choicesOf } from '#contract/architecture.ts'
import { contributionColour, textOnContribution } from '#contract/drawing/palette.ts'
import { encodeJson } from '../../run-directory/json.ts'
import { epochOf } from '../epoch-of.ts'
import { defineExporter } from '../exporter.ts'
import { bundleFolder } from '../open-model.ts'
import { pictureOfEpoch } from '../pictures/picture-of-epoch.ts'

/**
 * Node data for Google's Model Explorer with its ONNX adapter: φ of the kept epoch, in points, on every node of an
 * operation, and on the reshape layer of a feature the sum over the edges that read it. The format: {graph: {results:
 * {node: {value, bgColor, textColor}}}}.
 */
export const overlay = defineExporter({
  name: 'overlay',
  async write(source) {
    const { contributions, limit, genotype } = pictureOfEpoch(source.state, epochOf(source, null))
    const values = new Map<string, number>()
    for (const { playerId, kind, cell, node, label } of choicesOf(genotype)) {
      const phi = contributions.get(playerId)?.phi
      if (phi === undefined || kind === 'inner-edge') continue
      const scope =
        kind === 'operation' ? `fusion / cell ${cell} / step ${node} / ${label}` : `fusion / reshape ${label}`
      values.set(scope, (values.get(scope) ?? 0) + phi)
    }
    const { graph } = onnxProto.onnx.ModelProto.decode(
      readFileSync(join(bundleFolder(source.directory), 'model.onnx')),
    )
    const names = graph!.node!.map(({ name }) => name!)
    const results = names.flatMap((name) => {
      const scope = [...values.keys()].find((path) => name.startsWith(`${path} / `))
      if (scope === undefined) return []
      const phi = values.get(scope)!
      const bgColor = contributionColour(phi, limit, 'light')
      const textColor = textOnContribution(phi, limit, 'light')
      return [[name, { value: Number((100 * phi).toFixed(2)), bgColor, textColor }] as const]
    })
    return {
      files: {
        'contributions.overlay.json': encodeJson({
          [graph!.name!]: { results: Object.fromEntries(results) },
        }),
      },
      check: `${results.length} of ${names.length} nodes of exports/model/model.onnx`,
    }
  },
})
