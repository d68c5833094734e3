import { computed, shallowRef, type Ref } from 'vue'
import type { RunPoint, RunPoints } from '#contract/run/query.ts'
import { runIdsFromText, textFromRunIds, toggleRun } from '../compare/chosen-runs.ts'
import { useQuery } from '../composables/query.ts'
import { axesOf, defaultAxes, varies, type Axis } from './axis.ts'
import { brushed, brushesFromText, textFromBrushes, withBrush, type Brush, type Brushes } from './brush.ts'
import { filterPoints, listFromText, textFromList } from './filter.ts'
import { frontOf, kneeOn } from './goals.ts'
import { countKinds, ofKind } from './score-kind.ts'
import { canBeLog, isLogByNature, scaleOf, type Scale } from './scale.ts'

/** A line needs two ends. */
export const fewestAxes = 2

/** An axis with its scale. */
export interface ScaledAxis extends Axis {
  scale: Scale
  canBeLog: boolean
}

export type ExploreView = ReturnType<typeof useExploreView>

/** What the page shows of the runs; every choice of the reader stands in the address. */
export function useExploreView(all: Ref<RunPoints | null>) {
  const text = useQuery('q')
  const datasets = useList('dataset')
  const strategies = useList('strategy')
  const spaces = useList('space')
  const chosenKind = useQuery('task')
  const chosenAxes = useList('axes')
  const turnedScales = useList('scale')
  const brushText = useQuery('limits')
  const xKey = useQuery('x', 'parameters')
  const yKey = useQuery('y', 'score')
  const dominated = useQuery('dominated', 'show')
  const sort = useQuery('sort', '-score')
  const select = useQuery('select')

  /** Scores of different kinds are never ranked together: runs of one are shown, by default of the most frequent. */
  const kinds = computed(() => countKinds(all.value?.points ?? []))
  const kind = computed({
    get: () => (kinds.value.find(({ key }) => key === chosenKind.value) ?? kinds.value[0])?.key ?? '',
    set: (next) => (chosenKind.value = next),
  })
  const data = computed(() => all.value && ofKind(all.value, kind.value))
  const points = computed<readonly RunPoint[]>(() => data.value?.points ?? [])
  const facets = computed(() => ({
    datasets: datasets.value,
    strategies: strategies.value,
    spaces: spaces.value,
  }))
  /** What the axes span: without the runs of other data, but steady while the reader types or drags. */
  const spanned = computed(() => {
    const found = filterPoints(points.value, { text: '', ...facets.value })
    return found.length > 0 ? found : undefined
  })
  const axes = computed<ReadonlyMap<string, ScaledAxis>>(() => {
    const all = data.value ? axesOf(data.value) : []
    return new Map(
      all.map((axis) => {
        const log = isLogByNature(axis) !== turnedScales.value.includes(axis.key)
        return [axis.key, { ...axis, scale: scaleOf(axis, log, spanned.value), canBeLog: canBeLog(axis) }]
      }),
    )
  })
  const axisKeys = computed({
    get: () => {
      const known = chosenAxes.value.filter((key) => axes.value.has(key))
      return known.length >= fewestAxes ? known : defaultAxes([...axes.value.values()])
    },
    set: (keys) => {
      const isDefault = keys.join('|') === defaultAxes([...axes.value.values()]).join('|')
      chosenAxes.value = isDefault ? [] : keys
    },
  })
  const shownAxes = computed(() => axisKeys.value.map((key) => axes.value.get(key)!))

  const filtered = computed(() => filterPoints(points.value, { text: text.value, ...facets.value }))

  /** While the pointer drags; the address follows when it lets go. */
  const dragged = shallowRef<Brushes | null>(null)
  const brushes = computed(() => dragged.value ?? brushesFromText(brushText.value))
  const selected = computed(() => brushed(filtered.value, axes.value, brushes.value))

  /** The selection at rest: the table and the figures wait until the pointer lets go. */
  const settled = computed<readonly number[]>((before) => (dragged.value && before ? before : selected.value))

  /** Runs for what goes with the score: choosing them by their scores would hide it. */
  const unbiased = computed<readonly number[]>((before) => {
    if (dragged.value && before) return before
    const others = withBrush(withBrush(brushes.value, 'score', null), 'gain', null)
    return brushed(filtered.value, axes.value, others)
  })

  function brush(changes: Readonly<Record<string, Brush | null>>, done: boolean): void {
    const next = Object.entries(changes).reduce(
      (all, [key, range]) => withBrush(all, key, range),
      brushes.value,
    )
    dragged.value = done ? null : next
    if (done) brushText.value = textFromBrushes(next)
  }

  /** What can be weighed against one another: figures that are known and vary. */
  const goals = computed(() => [...axes.value.values()].filter((axis) => !axis.words && varies(axis)))
  const goal = (key: string, fallback: number) =>
    goals.value.find((axis) => axis.key === key) ?? goals.value.at(fallback) ?? null
  const x = computed(() => goal(xKey.value, 0))
  const y = computed(() => goal(yKey.value, 1))
  const front = computed(() => (x.value && y.value ? frontOf(filtered.value, x.value, y.value) : []))
  const knee = computed(() => (x.value && y.value ? kneeOn(front.value, x.value, y.value) : null))

  const chosen = computed({
    get: () => runIdsFromText(select.value),
    set: (ids) => (select.value = textFromRunIds(ids)),
  })

  return {
    text,
    kinds,
    kind,
    datasets,
    strategies,
    spaces,
    points,
    axes,
    axisKeys,
    shownAxes,
    filtered,
    selected,
    settled,
    unbiased,
    dragging: computed(() => dragged.value !== null),
    brushes,
    brush,
    clearBrushes: () => (brushText.value = ''),
    goals,
    x,
    y,
    front,
    knee,
    dominated,
    sort,
    chosen,
    setGoal: (which: 'x' | 'y', key: string) => ((which === 'x' ? xKey : yKey).value = key),
    toggle: (id: string) => (chosen.value = toggleRun(chosen.value, id)),
    turnScale: (key: string) => {
      const { value } = turnedScales
      turnedScales.value = value.includes(key) ? value.filter((other) => other !== key) : [...value, key]
    },
  }
}

/** A part of the address that lists words. */
function useList(name: string) {
  const text = useQuery(name)
  return computed({
    get: () => listFromText(text.value),
    set: (list: string[]) => (text.value = textFromList(list)),
  })
}
