import { describe, expect, it } from 'vitest'
import type { DatasetEntry } from '#contract/calls/datasets.ts'
import { datasetSpec, type DatasetSpec } from '#contract/dataset.ts'
import { configFromForm, emptyForm, takeData } from '../../../src-renderer/new-search/form.ts'
import { validateForm } from '../../../src-renderer/new-search/faults.ts'
import { entryOf, importedOf } from '../../../src-renderer/new-search/library.ts'

const spec = datasetSpec.parse({
  kind: 'table',
  path: '/data/films.parquet',
  label: 'genre',
  group: 'director',
  imageSize: 64,
  unusableRows: 'leave out',
  modalities: {
    poster: { column: 'file', type: 'image' },
    plot: { column: 'text', type: 'text' },
  },
})
const entry = (id: string, of: DatasetSpec) => ({ id, name: id, spec: of }) as DatasetEntry
const demo = entry('emoji8', datasetSpec.parse({ kind: 'emoji8' }))

describe('a dataset of the library', () => {
  it('fills the form so that the run gets its very specification', () => {
    const form = emptyForm()
    takeData(form, spec)
    expect(validateForm(form).config!.dataset).toEqual(spec)
    expect(entryOf(form, [demo, entry('films', spec)])?.id).toBe('films')
    form.datasets.table['dataset.imageSize'] = '48'
    expect(entryOf(form, [demo, entry('films', spec)])).toBeUndefined()
  })

  it('keeps the settings, and the backbones of views that it has as well', () => {
    const form = emptyForm()
    takeData(form, spec)
    form.settings['space.cells'] = '3'
    form.modalities.table[1].backbone['pieces'] = '4'
    takeData(form, { ...spec, label: 'year' } as DatasetSpec)
    expect(configFromForm(form)).toMatchObject({
      space: { cells: 3 },
      backbones: { plot: { kind: 'maxout', pieces: 4 } },
    })
  })

  it('is offered unless it is built in', () => {
    expect(importedOf([demo, entry('films', spec)]).map(({ id }) => id)).toEqual(['films'])
    expect(entryOf(emptyForm(), [demo])).toBeUndefined()
  })
})
