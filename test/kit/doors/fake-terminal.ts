import { PassThrough } from 'node:stream'
import type { CliParts } from '../../../src/doors/cli/cli.ts'
import { runCli } from '../../../src/doors/cli/cli.ts'
import type { Serve } from '../../../src/doors/cli/context.ts'
import type { Terminal, TextOutput } from '../../../src/doors/cli/terminal.ts'

export interface FakeTerminalOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly workingFolder?: string
  /** A person sits before it: `columns` wide. */
  readonly columns?: number
  readonly signal?: AbortSignal
  readonly serve?: Serve
}

/** A screen that remembers, and keys that a test presses. */
export class FakeTerminal {
  readonly parts: Omit<CliParts, 'words'>
  readonly #keys = new PassThrough()
  readonly #output: FakeScreen
  readonly #errors: FakeScreen

  constructor(options: FakeTerminalOptions = {}) {
    const { environment = {}, workingFolder = '/home/ana', columns } = options
    this.#output = fakeScreen(columns)
    this.#errors = fakeScreen(columns)
    const input: Terminal['input'] = this.#keys
    if (columns !== undefined) input.isTTY = true
    this.parts = {
      terminal: {
        input,
        output: this.#output.stream,
        errors: this.#errors.stream,
        environment,
        workingFolder,
        homeFolder: '/home/ana',
        platform: 'linux',
        program: ['node', 'fullmesh'],
        version: '1.2.3',
      },
      signal: options.signal ?? new AbortController().signal,
      serve: options.serve ?? (() => Promise.reject(new Error('this test serves no node'))),
    }
  }

  /** What was printed as results. */
  get output(): string {
    return this.#output.text()
  }

  /** What was said beside them. */
  get errors(): string {
    return this.#errors.text()
  }

  type(keys: string): void {
    this.#keys.write(keys)
  }

  endInput(text = ''): void {
    this.#keys.end(text)
  }

  async run(...words: readonly string[]): Promise<number> {
    return runCli({ words, ...this.parts })
  }
}

interface FakeScreen {
  readonly stream: TextOutput
  text(): string
}

function fakeScreen(columns: number | undefined): FakeScreen {
  const chunks: Buffer[] = []
  const stream: TextOutput = new PassThrough()
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (columns !== undefined) {
    stream.isTTY = true
    stream.columns = columns
  }
  return { stream, text: () => Buffer.concat(chunks).toString() }
}
