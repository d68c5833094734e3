/** The figures behind a chart or an exported file; numbers stay numbers until they are shown or saved. */
export interface Table {
  columns: string[]
  rows: (string | number | null)[][]
}

/** A table as CSV (RFC 4180): comma, CRLF, quotes only where a field needs them, numbers in full precision. */
export function csvFromTable({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => row.map(fieldFromValue).join(',')).join('\r\n') + '\r\n'
}

function fieldFromValue(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  // A field that begins like a formula would be run by spreadsheet programs: a quote before it makes it text.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
