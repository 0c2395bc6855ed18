import type { Readable, Writable } from 'node:stream'

/** The process as a command sees it. Tests hand in one without a screen. */
export interface Terminal {
  readonly input: Readable & { isTTY?: boolean; setRawMode?(on: boolean): unknown }
  readonly output: TextOutput
  readonly errors: TextOutput
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingFolder: string
  readonly homeFolder: string
  readonly platform: string
  /** How this program is called again: Node, and its script. */
  readonly program: readonly [executable: string, script: string]
  readonly version: string
}

export type TextOutput = Writable & { isTTY?: boolean; columns?: number }
