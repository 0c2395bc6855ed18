import type { Context } from './context.ts'

/** One command as people see it: help, completion and the man page are made of these. */
export interface CommandSpec {
  /** With its parent before it: `share add`. */
  readonly name: string
  /** As in usage lines: `<place> [dest]`. */
  readonly takes?: string
  readonly about: string
  /** Paragraphs for help and the man page. */
  readonly more?: string
  readonly group: CommandGroup
  readonly options?: readonly OptionSpec[]
  /** What its parent does when called alone. */
  readonly isDefault?: boolean
  /** Gets the module only when the command is called, so that each starts in an instant. */
  readonly load: () => Promise<Run>
}

export type CommandGroup = 'Share' | 'Copy' | 'Change' | 'Peers' | 'Node'

export interface OptionSpec {
  /** `-n, --name <text>`. */
  readonly flags: string
  readonly about: string
  readonly choices?: readonly string[]
}

/** Does what the command says. What it throws is shown, and decides the exit code. */
export type Run = (call: Call, context: Context) => Promise<void>

/** What was typed. */
export interface Call {
  /** The argument at `index`; empty if it was left out. */
  argument(index: number): string
  readonly argumentCount: number
  flag(option: string): boolean
  text(option: string): string | undefined
}
