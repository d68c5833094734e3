import type { Paint } from '#contract/drawing/paint.ts'
import type { Scheme } from '#contract/drawing/palette.ts'

/** Colours of a page as CSS variables, which follow the reader's scheme. */
export class Paints {
  readonly #names = new Map<string, { name: string; light: string; dark: string }>()

  readonly paint: Paint = (colour) => {
    const [light, dark] = [colour('light'), colour('dark')]
    const key = `${light} ${dark}`
    const known = this.#names.get(key) ?? { name: `--p${this.#names.size}`, light, dark }
    this.#names.set(key, known)
    return `var(${known.name})`
  }

  /** The variables of all colours handed out so far. */
  css(): string {
    const all = [...this.#names.values()]
    const rules = (scheme: Scheme) => all.map((entry) => `${entry.name}:${entry[scheme]}`).join(';')
    return `:root{${rules('light')}}@media (prefers-color-scheme:dark){:root{${rules('dark')}}}`
  }
}
