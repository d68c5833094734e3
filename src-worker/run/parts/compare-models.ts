import type { Genotype } from '#contract/genotype.ts'
import type { FeatureSet } from '../../search/feature-set.ts'
import { fitModel } from '../../search/fit-model.ts'
import type { FusionSpace } from '../../space/space.ts'
import { costOf } from '../../training/cost.ts'
import { modelNames, saveModel } from '../artifacts.ts'
import type { Run } from '../context.ts'
import { comparedModels, type ModalityPlan } from '../networks.ts'

/** Trains every compared model from scratch, several times, and reads its test score; those that are done stay. */
export async function compareModels(
  run: Run,
  space: FusionSpace,
  modalities: readonly ModalityPlan[],
  set: FeatureSet,
  genotype: Genotype,
): Promise<void> {
  const { config, directory, journal, device } = run
  const { epochs, repetitions } = config.training
  const models = comparedModels(space, modalities, genotype, set.classes.length)
  const jobs = models.flatMap((model) =>
    Array.from({ length: repetitions }, (_, repetition) => ({ ...model, repetition })),
  )
  for (const [i, { name, repetition, network }] of jobs.entries()) {
    const known = journal.state.byType.model
    if (known.some((event) => event.model === name && event.repetition === repetition)) continue
    const doing = `${name}, repetition ${repetition + 1} of ${repetitions}`
    const fitted = await fitModel(
      { name, repetition, network, set, config, device },
      {
        breathe: journal.breathe,
        onEpoch: async (epoch, trainLoss, validationScore) => {
          journal.emit({
            type: 'model-epoch',
            model: name,
            repetition,
            epoch,
            epochs,
            trainLoss,
            validationScore,
          })
          journal.progress('training', (i + (epoch + 1) / epochs) / jobs.length, doing)
        },
      },
    )
    const { weights, statistics, extra, validationScore, test, chosenOnTest } = fitted
    saveModel(directory, modelNames.repetition(name, repetition), { weights, statistics, ...extra })
    journal.emit({
      type: 'model',
      model: name,
      repetition,
      ...costOf(network),
      validationScore,
      testScore: test.score,
      testMacroF1: test.macroF1,
      testWeightedF1: test.weightedF1,
      ...(test.meanAveragePrecision !== undefined && {
        testMeanAveragePrecision: test.meanAveragePrecision,
      }),
      ...(chosenOnTest !== undefined && { chosenOnTest }),
    })
    journal.saveBetween()
  }
}
