import type { OptionSpec } from '../command.ts'

/** Of every command that may have to open a share. */
export const passwordOptions: readonly OptionSpec[] = [
  { flags: '--password-file <file>', about: 'read the password from the first line of a file' },
  { flags: '--password-stdin', about: 'read the password from standard input' },
]
