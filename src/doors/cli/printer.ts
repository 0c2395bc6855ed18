import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import { columnsOf } from './display.ts'
import type { Terminal } from './terminal.ts'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

export interface PrinterOptions {
  readonly json: boolean
  readonly quiet: boolean
}

/** Where a command's words go: results to standard output, all that is said beside them to standard error. */
export class Printer {
  readonly json: boolean
  readonly quiet: boolean
  /** Whether results are read by a person. */
  readonly isTerminal: boolean
  readonly columns: number
  readonly colours: boolean
  readonly #terminal: Terminal

  constructor(terminal: Terminal, options: PrinterOptions) {
    this.#terminal = terminal
    this.json = options.json
    this.quiet = options.quiet
    this.isTerminal = terminal.output.isTTY === true
    this.columns = terminal.output.columns ?? 80
    const { NO_COLOR: noColour = '', TERM: kind } = terminal.environment
    this.colours = this.isTerminal && noColour === '' && kind !== 'dumb'
  }

  /** A line of the result. */
  async line(text = ''): Promise<void> {
    await write(this.#terminal.output, `${text}\n`)
  }

  /** The result for programs. */
  async value(value: object): Promise<void> {
    await this.line(JSON.stringify(value, undefined, this.isTerminal ? 2 : undefined))
  }

  /** One of many results for programs, a line each. */
  async valueLine(value: object): Promise<void> {
    await this.line(JSON.stringify(value))
  }

  async bytes(bytes: Uint8Array): Promise<void> {
    await write(this.#terminal.output, bytes)
  }

  /** What helps a person and is no result. Silent when quiet or for programs. */
  async note(text: string): Promise<void> {
    if (!this.quiet && !this.json) await write(this.#terminal.errors, `${text}\n`)
  }

  /** What must be read, also when quiet. */
  async warn(text: string): Promise<void> {
    await write(this.#terminal.errors, `${text}\n`)
  }

  /** Rows in aligned columns, under a head if there is one. Columns that are empty in all rows are left out. */
  async table(head: readonly string[], rows: readonly (readonly string[])[]): Promise<void> {
    const used = head.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''))
    const keep = (row: readonly string[]) => row.filter((_, column) => used[column])
    const body = rows.map(keep)
    const titles = keep(head).map((title) => this.style('dim', title))
    const all = head.some((title) => title !== '') ? [titles, ...body] : body
    const widths = titles.map((_, column) =>
      Math.max(...all.map((row) => columnsOf(row[column] ?? ''))),
    )
    for (const row of all) {
      const cells = row.map((cell, column) =>
        column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0),
      )
      await this.line(cells.join('  ').trimEnd())
    }
  }

  style(style: Style, text: string): string {
    return this.colours ? styleText(style, text, { validateStream: false }) : text
  }
}

/** Waits for whoever reads. A reader that has gone, as with `| head`, is no failure: the command just ends. */
export async function write(output: Writable, data: string | Uint8Array): Promise<void> {
  if (output.destroyed) throw new ReaderGoneError()
  await new Promise<void>((resolve, reject) => {
    output.write(data, (error) => {
      if (error) reject(isBrokenPipe(error) ? new ReaderGoneError() : error)
      else resolve()
    })
  })
}

/** Nobody reads the results any more. */
export class ReaderGoneError extends Error {
  override readonly name = 'ReaderGoneError'
}

function isBrokenPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - columnsOf(cell)))
}
