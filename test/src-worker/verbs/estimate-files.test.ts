import { describe, expect, it } from 'vitest'
import { estimate } from '#worker/verbs/estimate.ts'
import { vectorFile } from '../../fixtures/onnx-files.ts'
import { putBackbone } from '../../fixtures/put-backbone.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { folderForAll } from '../../fixtures/temporary-folder.ts'

const dataDir = folderForAll()
const table = writeVectorTable(dataDir)
const context = { signal: new AbortController().signal, dataDir, report: () => {} }
const configOf = (id: string) =>
  smallConfig(table, { backbones: { left: { kind: 'onnx', id, taps: ['top'] } } })

describe('an estimate for a run with an imported file', () => {
  it('lets the file read some samples, and counts its features', async () => {
    const id = await putBackbone(dataDir, 'vectors', vectorFile())
    const [found] = await estimate(context, [configOf(id)], [])
    expect(found.phases.map(({ phase }) => phase)).toContain('backbones')
    expect(found.total.seconds).toBeGreaterThan(0)
  })

  it('fails as the run would when the file is not there', async () => {
    await expect(estimate(context, [configOf('0123456789abcdef')], [])).rejects.toMatchObject({
      code: 'backbone-not-found',
    })
  })
})
