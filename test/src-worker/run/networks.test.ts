import { expect, it } from 'vitest'
import { reservedModalityNames } from '#contract/dataset.ts'
import { loadDataset } from '#worker/dataset/formats/index.ts'
import { planModalities } from '#worker/run/networks.ts'
import { smallConfig, writeVectorTable } from '../../fixtures/small-run.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

it('refuses names of modalities that a run, or every object of the language, has itself', async () => {
  expect(reservedModalityNames).toContain('constructor')
  const path = writeVectorTable(temporaryFolder())
  for (const name of reservedModalityNames) {
    const modalities = Object.fromEntries(
      [name, 'right'].map((modality) => [
        modality,
        { column: modality === name ? 'left' : modality, type: 'vector' as const },
      ]),
    )
    const config = smallConfig(path, {
      dataset: { kind: 'table', path, label: 'label', modalities },
      backbones: {},
    })
    const dataset = await loadDataset(config.dataset, { cacheFolder: temporaryFolder() })
    expect(() => planModalities(config, dataset)).toThrow(`dataset.modalities.${name}`)
  }
})
