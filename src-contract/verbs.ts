import { z } from 'zod'
import { pictureInput, type ReadBackbone } from './backbone.ts'
import { call, type ArgumentsOf, type ResultOf } from './call.ts'
import { runConfig } from './config.ts'
import { datasetSpec, tableSpec } from './dataset.ts'
import type { DatasetReport, ImportedDataset, TableInspection } from './dataset/report.ts'
import { deviceName, deviceStatus, type DeviceProbe } from './device.ts'
import type { Estimate } from './estimate.ts'
import { exportRequest, type ExportRecord } from './export.ts'
import { revaluationRequest, type Revaluation } from './shapley/valuation.ts'
import { whatIfRequest, type WhatIfRecord } from './what-if/record.ts'

/** What a worker process can be told to do, besides a run: long or dangerous work that ends in an answer. */
export const verbs = {
  /** Tries a device with a small model. A provider that cannot load may take its process down with it. */
  probe: call(z.tuple([deviceName])).returns<DeviceProbe>(),
  /** Reads ahead in the table at this path. */
  inspect: call(z.tuple([z.string()])).returns<TableInspection>(),
  /** Checks a whole table; the rejected cells go to this file, as JSON lines. Nothing is put into the data folder. */
  validate: call(z.tuple([tableSpec, z.string()])).returns<DatasetReport>(),
  /** Reads a dataset into the caches, with samples to look at; the rejected cells go to this file. */
  import: call(z.tuple([datasetSpec, z.string()])).returns<ImportedDataset>(),
  /** Reads an ONNX file and the tensors inside that can be tapped; pictures of this size, where the file leaves it open. */
  taps: call(
    z.tuple([z.string(), pictureInput.pick({ height: true, width: true }).nullable()]),
  ).returns<ReadBackbone>(),
  /** Writes exports of the run of a directory to a folder, which appears complete or not at all. */
  export: call(
    z.tuple([z.strictObject({ ...exportRequest.shape, directory: z.string(), folder: z.string() })]),
  ).returns<ExportRecord>(),
  /** Values the supernet of the run of a directory again, on the best of these devices if its own is not there. */
  revalue: call(
    z.tuple([z.strictObject({ directory: z.string(), request: revaluationRequest }), z.array(deviceStatus)]),
  ).returns<Revaluation>(),
  /** Tries swaps of the genotype of the run of a directory, whose search has ended; the record is kept there, whole after every swap. */
  whatif: call(
    z.tuple([z.strictObject({ directory: z.string(), request: whatIfRequest }), z.array(deviceStatus)]),
  ).returns<WhatIfRecord>(),
  /** What runs of these configurations will take, measured on this machine's devices, in the same order. */
  estimate: call(z.tuple([z.array(runConfig).min(1).max(200), z.array(deviceStatus)])).returns<Estimate[]>(),
}

type Verbs = typeof verbs
export type VerbName = keyof Verbs
export type VerbArguments<V extends VerbName> = ArgumentsOf<Verbs[V]>
export type VerbResult<V extends VerbName> = ResultOf<Verbs[V]>
