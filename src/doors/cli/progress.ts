import { columnsOf, cutToColumns } from './display.ts'
import { amount, count, duration, rate, size } from './human.ts'
import type { Printer } from './printer.ts'
import type { Terminal } from './terminal.ts'

export interface Tally {
  readonly filesDone: number
  readonly filesTotal: number
  readonly bytesDone: number
  readonly bytesTotal: number
}

/**
 * How something goes on: on a terminal one line that is drawn again, at most four times a second; elsewhere
 * a plain line every few seconds. Silent when quiet or for programs. Dispose it to leave a clean line.
 */
export class ProgressLine implements Disposable {
  readonly #errors: Terminal['errors']
  readonly #isTerminal: boolean
  readonly #isSilent: boolean
  #drawnAtMs: number
  #drawn = ''

  constructor(terminal: Terminal, printer: Printer) {
    this.#errors = terminal.errors
    this.#isTerminal = terminal.errors.isTTY === true
    this.#isSilent = printer.quiet || printer.json
    // What is done in a moment needs no lines in a log.
    this.#drawnAtMs = this.#isTerminal ? -Infinity : performance.now()
  }

  show(text: string): void {
    if (this.#isSilent) return
    const nowMs = performance.now()
    if (nowMs - this.#drawnAtMs < (this.#isTerminal ? redrawMs : plainLineMs)) return
    this.#drawnAtMs = nowMs
    if (this.#isTerminal) this.#draw(cutToColumns(text, this.columns - 1))
    else if (text !== this.#drawn) this.#errors.write(`${text}\n`)
    this.#drawn = text
  }

  /** How wide it may be: without a terminal there is no bar. */
  get columns(): number {
    return this.#isTerminal ? (this.#errors.columns ?? 80) : 0
  }

  /** Takes the line away, for words that stay. */
  clear(): void {
    if (this.#isTerminal && this.#drawn !== '') this.#draw('')
    this.#drawn = ''
  }

  [Symbol.dispose](): void {
    this.clear()
  }

  #draw(text: string): void {
    this.#errors.write(`\r${text}${eraseToEnd}`)
  }
}

/** The line itself; a bar only where there is room. */
export function progressText(
  tally: Tally,
  bytesPerSecond: number,
  columns: number,
  tail = '',
): string {
  const { bytesDone, bytesTotal, filesDone, filesTotal } = tally
  const share = bytesTotal === 0 ? 0 : bytesDone / bytesTotal
  const leftMs = ((bytesTotal - bytesDone) / bytesPerSecond) * 1000
  const parts = [
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    `${size(bytesDone)} of ${size(bytesTotal)}`,
    filesTotal > 1 ? `${count(filesDone)}/${count(filesTotal)} files` : '',
    bytesPerSecond > 0 ? rate(bytesPerSecond) : '',
    bytesPerSecond > 0 && leftMs > 0 ? `${duration(leftMs)} left` : '',
    tail,
  ].filter((part) => part !== '')
  const text = parts.join('  ')
  const room = columns - columnsOf(text) - 3
  if (room < barMin) return text
  const cells = Math.min(barMax, room)
  const full = Math.round(share * cells)
  return `${'━'.repeat(full)}${'╌'.repeat(cells - full)} ${text}`
}

/** What is known of a share while it is being indexed. */
export function indexingText(state: { files: number; bytes: number; hashedBytes: number }): string {
  return `Indexing  ${amount(state)}, ${size(state.hashedBytes)} read  (usable already)`
}

/** Rates over the last seconds, from totals that only grow. */
export class RateMeter {
  readonly #samples: { atMs: number; bytes: number }[] = []

  bytesPerSecond(bytes: number): number {
    const atMs = performance.now()
    this.#samples.push({ atMs, bytes })
    while (this.#samples.length > 2 && atMs - (this.#samples[0]?.atMs ?? 0) > rateOverMs) {
      this.#samples.shift()
    }
    const first = this.#samples[0]
    return first && atMs > first.atMs ? ((bytes - first.bytes) / (atMs - first.atMs)) * 1000 : 0
  }
}

const eraseToEnd = `${String.fromCharCode(27)}[K`
const redrawMs = 250
const plainLineMs = 5000
const rateOverMs = 5000
const barMin = 10
const barMax = 24
