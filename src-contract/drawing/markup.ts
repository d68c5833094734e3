const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that stays text inside HTML and SVG, between tags and in quoted attributes. */
export const escapeMarkup = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign])

export type Attributes = Readonly<Record<string, string | number | undefined>>

/** An element; attributes are escaped, the content is markup already. */
export function element(name: string, attributes: Attributes, ...content: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeMarkup(typeof value === 'number' ? rounded(value) : value!)}"`)
    .join('')
  return content.length > 0 ? `<${name}${written}>${content.join('')}</${name}>` : `<${name}${written}/>`
}

/** A text in a picture. */
export const label = (text: string, attributes: Attributes): string =>
  element('text', attributes, escapeMarkup(text))

const rounded = (value: number): string => String(Math.round(100 * value) / 100)
