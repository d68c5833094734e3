import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configOfPreset, deviationsOf } from '#contract/config/preset.ts'
import { parseRunConfig } from '#contract/config.ts'
import { putSetting, settingAt } from '#contract/config/setting-path.ts'
import { expandStudy } from '#contract/config/study.ts'
import { composeConfig } from '#main/cli/compose-config.ts'
import { presetNames, readPreset, readStudyPresets } from '#main/presets/read-presets.ts'

const presets = presetNames().map(readPreset)

describe.each(presets)('the preset $name', (preset) => {
  it('is a valid configuration, and the command line makes the same of it', () => {
    const config = configOfPreset(preset)
    const demo = preset.config['dataset'] === undefined ? ['dataset.kind=emoji8'] : []
    expect(composeConfig(undefined, { preset: preset.name, set: demo })).toEqual(config)
  })

  it('gives a reason for exactly the settings that are not those of its source', () => {
    const config = configOfPreset(preset)
    const differing = Object.keys(preset.paper).filter(
      (path) => settingAt(config, path) !== preset.paper[path],
    )
    const explained = preset.deviations.flatMap((each) => ('path' in each ? [each.path] : []))
    expect(explained.toSorted()).toEqual(differing.toSorted())
    const listed = deviationsOf(preset)
    expect(listed.flatMap(({ path }) => path ?? [])).toEqual(differing)
    expect(listed.every(({ why }) => why !== '')).toBe(true)
  })

  it('names only settings that there are', () => {
    const config = configOfPreset(preset)
    const unknown = Object.keys(preset.paper).filter((path) => settingAt(config, path) === undefined)
    expect(unknown).toEqual([])
  })
})

describe('the presets', () => {
  it('have the settings of SM-ShapNAS, appendix B', () => {
    const ofPaper = presets.filter(({ source }) => source.includes('SM-ShapNAS'))
    const figures = Object.fromEntries(
      ofPaper.map(({ name, paper }) => [
        name,
        [
          'search.epochs',
          'training.epochs',
          'search.batchSize',
          'space.dropout',
          'space.cells',
          'space.steps',
          'space.channels',
          'space.length',
        ].map((path) => paper[path]),
      ]),
    )
    expect(figures).toEqual({
      demo: [15, 30, 32, 0.2, 2, 1, 192, 16],
      icons: [15, 30, 32, 0.2, 2, 1, 192, 16],
      'mm-imdb': [15, 30, 32, 0.2, 2, 1, 192, 16],
      'ntu-rgbd': [30, 50, 16, 0.2, 2, 2, 128, 8],
      egogesture: [15, 30, 24, 0.2, 2, 3, 128, 8],
    })
  })

  it('have the search of Shapley-NAS, §4.1, and of its public code', () => {
    const figures = ['shapley-nas', 'shapley-nas-public-code'].map((name) => {
      const { search, valuation } = configOfPreset(readPreset(name))
      const { samplesNormal, threshold, momentum, alphaStep, alphaWarmup, alphaScale } = valuation
      return [search.epochs, alphaWarmup, samplesNormal, threshold, momentum, alphaStep, alphaScale]
    })
    expect(figures).toEqual([
      [50, 15, 10, 0.5, 0.8, 0.1, 'unit'],
      [50, 25, 10, 0.5, 0.8, 0.1, 'z-score'],
    ])
  })

  it('mark what a user changes, without a reason of ours', () => {
    const preset = readPreset('mm-imdb')
    const config = { ...configOfPreset(preset), training: { ...configOfPreset(preset).training, epochs: 7 } }
    expect(deviationsOf(preset, config).filter(({ path }) => path !== null)).toEqual([
      { path: 'training.epochs', what: 'training.epochs', paper: '30', ours: '7', why: '' },
    ])
  })

  it('mark exactly the settings that are not those of the source, whatever a user changes', () => {
    const settings = presets.flatMap((preset) => Object.keys(preset.paper).map((path) => ({ preset, path })))
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...settings), { maxLength: 6 }),
        fc.double({ noNaN: true }),
        (changes, value) => {
          for (const preset of presets) {
            const config = structuredClone(configOfPreset(preset)) as object
            for (const change of changes) if (change.preset === preset) putSetting(config, change.path, value)
            const expected = Object.keys(preset.paper).filter(
              (path) => settingAt(config, path) !== preset.paper[path],
            )
            const marked = deviationsOf(preset, config).flatMap(({ path }) => path ?? [])
            expect(marked).toEqual(expected)
          }
        },
      ),
    )
  })

  it('without data of their own ask for a table', () => {
    expect(() => composeConfig(undefined, { preset: 'mm-imdb' })).toThrow('name yours with --table')
  })

  it('for studies are grids of valid configurations over every preset', () => {
    for (const { axes, title, seeds } of readStudyPresets()) {
      for (const preset of presets) {
        const base = parseRunConfig(configOfPreset(preset), 'test')
        const plan = { name: title, base, axes, seeds: Array.from({ length: seeds }, (_, i) => i + 1) }
        const runs = expandStudy(plan)
        expect(runs).toHaveLength(7 * seeds)
        expect(new Set(runs.map(({ config }) => JSON.stringify(config))).size).toBe(runs.length)
      }
    }
  })
})
