/** Sizes in powers of a thousand, as disks and networks are sold: `8.1 GB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  let value = bytes
  let unit = -1
  do {
    value /= 1000
    unit++
  } while (value >= 999.5 && unit < units.length - 1)
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`
}

export function rate(bytesPerSecond: number): string {
  return `${size(Math.round(bytesPerSecond))}/s`
}

/** `1,204`. */
export function count(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `1 file`, `1,204 files`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`
}

/** `1,204 files, 8.1 GB`. */
export function amount({ files, bytes }: { files: number; bytes: number }): string {
  return `${counted(files, 'file')}, ${size(bytes)}`
}

/** The two largest units: `1 h 12 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const [minutes, hours, days] = [
    Math.floor(seconds / 60),
    Math.floor(seconds / 3600),
    Math.floor(seconds / 86_400),
  ]
  if (minutes < 10) return pair(minutes, 'min', seconds % 60, 's')
  if (hours < 1) return `${minutes} min`
  if (days < 1) return pair(hours, 'h', minutes % 60, 'min')
  return pair(days, 'd', hours % 24, 'h')
}

/** `now`, `3 min ago`, and the day itself after a week. */
export function ago(atMs: number, nowMs: number): string {
  const past = nowMs - atMs
  if (past < 10_000) return 'now'
  if (past < 7 * 86_400_000) return `${duration(coarse(past))} ago`
  return time(atMs).slice(0, 10)
}

/** `2026-11-22 10:54`, by this computer's clock and zone. */
export function time(atMs: number): string {
  const date = new Date(atMs)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** `10MB`, `1.5 GiB` or a plain number of bytes; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])(i?)b?|b)?$/i.exec(text.trim())
  if (!found) return undefined
  const [, number = '', prefix = '', binary = ''] = found
  const power = 'kmgt'.indexOf(prefix.toLowerCase()) + 1
  return Math.round(Number(number) * (binary === '' ? 1000 : 1024) ** (prefix === '' ? 0 : power))
}

/** A day (`2026-05-01`), a time, or how long ago (`3d`, `12h`), in ms; undefined for anything else. */
export function parseTime(text: string, nowMs: number): number | undefined {
  const past = /^(\d+)\s*(min|h|d|w)$/.exec(text.trim())
  if (past) return nowMs - Number(past[1]) * (unitMs[past[2] ?? ''] ?? 0)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text.trim())) return undefined
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text.trim())
  const at = Date.parse(day ? `${text.trim()}T00:00` : text.trim())
  return Number.isNaN(at) ? undefined : at
}

/** Seconds mean nothing once minutes have passed. */
function coarse(ms: number): number {
  return ms < 60_000 ? ms : Math.floor(ms / 60_000) * 60_000
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

const units = ['kB', 'MB', 'GB', 'TB', 'PB'] as const
const unitMs: Readonly<Record<string, number>> = {
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
