import { describeGenotype } from '#contract/architecture.ts'
import { genotype as genotypeSchema } from '#contract/genotype.ts'
import { latest } from '#contract/run/state.ts'
import { encodeJson } from '../../run-directory/json.ts'
import { operations } from '../../space/operations/index.ts'
import { defineExporter } from '../exporter.ts'
import { epochOf } from '../epoch-of.ts'

/** Raise it whenever a reader of the file would have to change. */
const schemaVersion = 1

/** The architecture of an epoch as JSON and as text. */
export const genotype = defineExporter({
  name: 'genotype',
  async write(source, { epoch }) {
    const event = epochOf(source, epoch)
    const { config, state, id } = source
    const { genotype: found, derivedScore } = event
    const features = latest(state, 'space')?.features ?? []
    const json = encodeJson({
      schemaVersion,
      run: id,
      epoch: event.epoch + 1,
      validationScore: derivedScore,
      space: {
        ...config.space,
        features: features.map((f) => ({ id: f.id, tap: f.tap, channels: f.channels })),
      },
      genotype: found,
    })
    const used = [...new Set(found.cells.flatMap(({ nodes }) => nodes.map(({ operation }) => operation)))]
    const text = [
      `Fusion found by Shapwright, run ${id}, search epoch ${event.epoch + 1}, validation score ${derivedScore.toFixed(3)}`,
      '',
      ...describeGenotype(found),
      '',
      'x, y: the two inputs; D: dropout, N: batch norm, σ: logistic function, ⊙: product element by element',
      ...used.map((name) => `${name} = ${operations[name].formula}   (${operations[name].source})`),
      ...(found.cells[0].nodes.length > 1
        ? ['A cell joins its nodes by a 1×1 convolution, adds its first input and applies layer norm.']
        : ['A cell adds its first input to its node and applies layer norm.']),
      'The cells are joined, normalised, passed through ReLU and classified by one linear layer.',
      '',
    ].join('\n')
    genotypeSchema.parse(JSON.parse(json).genotype)
    return {
      files: { 'genotype.json': json, 'genotype.txt': text },
      check: `read back; operations: ${used.join(', ')}`,
    }
  },
})
