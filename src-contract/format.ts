/**
 * How figures are written, everywhere alike: never more digits than the error allows, unknown is a dash, differences
 * carry their sign. Independent of the locale.
 */
export const unknown = '–'

/** A score 0–1 with its deviation over repetitions: `0.724 ± 0.008 (n = 3)`. */
export function formatScore(mean: number, deviation: number, repetitions: number): string {
  if (!Number.isFinite(mean)) return unknown
  if (repetitions < 2) return mean.toFixed(3)
  return `${mean.toFixed(3)} ± ${deviation.toFixed(3)} (n = ${repetitions})`
}

/** A signed number with a true minus sign. */
export function formatSigned(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  if (Number(text) === 0) return `0${digits > 0 ? '.' + '0'.repeat(digits) : ''}`
  return (value < 0 ? '−' : '+') + text
}

/** `+0.031 [+0.012, +0.050]`; without a band the difference alone. */
export function formatDifference(value: number, band: { low: number; high: number } | null): string {
  const signed = (difference: number) => formatSigned(difference, 3)
  return band ? `${signed(value)} [${signed(band.low)}, ${signed(band.high)}]` : signed(value)
}

/** A contribution 0–1 in points, hundredths of the score, with its band: `+3.1 [+1.2, +5.0]`. */
export function formatContribution(value: { phi: number; low: number | null; high: number | null }): string {
  const points = (share: number) => formatSigned(100 * share, 1)
  const { phi, low, high } = value
  return low === null || high === null ? points(phi) : `${points(phi)} [${points(low)}, ${points(high)}]`
}

/** A count with thin spaces between thousands: `12 345`. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u2009')
}

/** `4 min 12 s`, `38 s`, `1 h 05 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`
  if (minutes > 0) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`
  return `${seconds} s`
}

/** The size of a file: `0 B`, `812 B`, `1.2 kB`, `48 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [value, power] = [bytes, 0]
  while (value >= 999.5 && power < units.length - 1) [value, power] = [value / 1000, power + 1]
  return `${value.toFixed(power > 0 && value < 9.95 ? 1 : 0)} ${units[power]}`
}
