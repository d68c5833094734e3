import { inject, type InjectionKey } from 'vue'

/** What a field shows beside its own text. */
export interface FieldContext {
  /** What the publication of the chosen preset says of the setting, and why the preset departs from it. */
  paperOf(path: string): { value: string; why: string } | null
  /** The values that the field varies over, as text; undefined where it does not vary. */
  valuesOf(path: string): string | undefined
  /** Undefined ends the variation. */
  vary(path: string, values: string | undefined): void
  faultOf(path: string): string | undefined
}

export const fieldContextKey: InjectionKey<FieldContext> = Symbol('field context')

export function useFieldContext(): FieldContext {
  const context = inject(fieldContextKey)
  if (!context) throw new Error('no field context was provided')
  return context
}
