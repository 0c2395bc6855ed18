import { locale, text } from './text/text.ts'

const whole = new Intl.NumberFormat(locale)
const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
const dayAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

export function count(value: number): string {
  return whole.format(value)
}

/** Decimal units, as disks and operating systems show them. */
export function size(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(5, Math.floor(Math.log10(bytes) / 3))
  const unit = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'][power] ?? 'B'
  return `${short.format(bytes / 1000 ** power)} ${unit}`
}

export function rate(bytesPerSecond: number): string {
  return `${size(bytesPerSecond)}/s`
}

export function percent(part: number, total: number): number {
  return total === 0 ? 100 : Math.min(100, Math.floor((part / total) * 100))
}

export function moment(atMs: number): string {
  return dayAndTime.format(atMs)
}

/** "3 minutes ago", and the day for what is long past. */
export function ago(atMs: number, nowMs = Date.now()): string {
  const seconds = (atMs - nowMs) / 1000
  const distance = Math.abs(seconds)
  if (distance < 45) return text.now
  if (distance < 3600) return relative.format(Math.round(seconds / 60), 'minute')
  if (distance < 86_400) return relative.format(Math.round(seconds / 3600), 'hour')
  if (distance < 7 * 86_400) return relative.format(Math.round(seconds / 86_400), 'day')
  return day.format(atMs)
}

/** How long a copy will take, to one unit: more would be a guess. */
export function remaining(bytes: number, bytesPerSecond: number): string {
  if (bytesPerSecond <= 0) return ''
  const seconds = Math.ceil(bytes / bytesPerSecond)
  const [value, unit] =
    seconds < 90
      ? ([seconds, 'second'] as const)
      : seconds < 5400
        ? ([Math.round(seconds / 60), 'minute'] as const)
        : ([Math.round(seconds / 3600), 'hour'] as const)
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
}
