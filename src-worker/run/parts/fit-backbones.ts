import { trainBackbone, type BackboneEpoch } from '../../backbone/train-backbone.ts'
import type { Dataset } from '../../dataset/dataset.ts'
import { tensorsOf, trainingStateOf } from '../../search/training-tensors.ts'
import { modelNames, saveModel } from '../artifacts.ts'
import { resumeOf, type Run } from '../context.ts'
import type { ModalityPlan } from '../networks.ts'

/** Trains the backbone of every modality, or the probe on the features of a file, each from its last epoch if it has begun. */
export async function fitBackbones(
  run: Run,
  dataset: Dataset,
  modalities: readonly ModalityPlan[],
): Promise<void> {
  const share = 1 / modalities.length
  for (const [i, modality] of modalities.entries())
    await fitBackbone(run, dataset, modality, { before: i / modalities.length, share })
}

async function fitBackbone(
  run: Run,
  dataset: Dataset,
  modality: ModalityPlan,
  { before, share }: { before: number; share: number },
): Promise<void> {
  const { config, directory, journal, device } = run
  if (journal.state.byType.backbone.some((event) => event.modality === modality.name)) return
  const stage = `backbone/${modality.name}`
  const point = resumeOf(run, stage)
  const { epochs } = modality.config
  const trained = await trainBackbone(
    {
      config: modality.config,
      network: modality.network,
      samples: modality.samples,
      task: dataset.task,
      labels: dataset.samples.map(({ labels }) => labels),
      classes: dataset.classes.length,
      splits: dataset.splits,
      seed: config.seed,
      device,
      threads: config.threads,
    },
    {
      breathe: journal.breathe,
      resumeFrom: point
        ? { ...trainingStateOf(point.tensors), history: point.state as BackboneEpoch[] }
        : undefined,
      onEpoch: (epoch, state) => {
        journal.emit({ type: 'backbone-epoch', modality: modality.name, epochs, ...epoch })
        const doing = `backbone ${modality.name}, epoch ${epoch.epoch + 1} of ${epochs}`
        journal.progress('backbones', before + (share * (epoch.epoch + 1)) / epochs, doing)
        journal.save({ meta: { stage, state: state.history }, tensors: tensorsOf(state) })
      },
    },
  )
  const { weights, statistics, validation, test } = trained
  saveModel(directory, modelNames.backbone(modality.name), { weights, statistics })
  journal.emit({
    type: 'backbone',
    modality: modality.name,
    kind: modality.config.kind,
    parameters: modality.frozen?.parameters ?? weights.length,
    validationScore: validation.score,
    testScore: test.score,
    features: [...modality.features],
  })
  journal.saveBetween()
}
