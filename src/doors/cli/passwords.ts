import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { MalformedError, MissingError } from '../../base/errors.ts'
import { systemRandom } from '../../base/random.ts'
import { generatedPassword } from '../../shares/access/generated-password.ts'
import { isShortPassword } from '../../shares/access/password.ts'
import type { Call } from './command.ts'
import type { Context } from './context.ts'
import { askSecret, NobodyToAskError } from './prompt.ts'

/**
 * Passwords come from standard input, a file, the environment or a person: never from arguments, which
 * every user of the computer can see.
 */

/** The password of somebody's share that was given along; undefined if none was. */
export async function givenPassword(call: Call, context: Context): Promise<string | undefined> {
  if (call.flag('passwordStdin')) return demand((await inputLines(context))[0], 'standard input')
  const file = call.text('passwordFile')
  if (file !== undefined) return passwordIn(file)
  return context.terminal.environment['FULLMESH_PASSWORD']
}

/** Asks a person for the password of somebody's share. */
export async function askPassword(context: Context, question: string): Promise<string> {
  return askSecret(context.terminal, `${question}: `)
}

export interface NewPasswords {
  readonly readPassword?: string
  readonly changePassword?: string
  /** They were made up here and have to be shown. */
  readonly generated: boolean
}

/** The passwords that a share of one's own gets: those that the options ask for, each from where they say. */
export async function newPasswords(call: Call, context: Context): Promise<NewPasswords> {
  const wanted = scopes.filter(
    (scope) =>
      call.flag(`${scope}Password`) ||
      call.text(`${scope}PasswordFile`) !== undefined ||
      call.text(scope) === 'password',
  )
  const generated = call.flag('generatePasswords')
  const all = generated && wanted.length === 0 ? scopes : wanted
  const lines = call.flag('passwordStdin') ? await inputLines(context) : undefined
  const found: { readPassword?: string; changePassword?: string } = {}
  for (const scope of all) {
    found[`${scope}Password`] = generated
      ? generatedPassword(systemRandom)
      : lines
        ? demand(lines.shift(), 'standard input')
        : await newPassword(scope, call, context)
    if (isShortPassword(found[`${scope}Password`] ?? '')) {
      await context.printer.warn(
        `The ${scope} password is short, and may be guessed. --generate-passwords makes up one of six words.`,
      )
    }
  }
  return { ...found, generated }
}

async function newPassword(scope: Scope, call: Call, context: Context): Promise<string> {
  const file = call.text(`${scope}PasswordFile`)
  if (file !== undefined) return passwordIn(file)
  const given = context.terminal.environment[`FULLMESH_${scope.toUpperCase()}_PASSWORD`]
  if (given !== undefined && given !== '') return given
  if (!context.terminal.input.isTTY) {
    throw new NobodyToAskError(
      `A ${scope} password`,
      `Give it with --${scope}-password-file, --password-stdin or FULLMESH_${scope.toUpperCase()}_PASSWORD, or use --generate-passwords.`,
    )
  }
  const typed = await askSecret(context.terminal, `New ${scope} password: `)
  const again = await askSecret(context.terminal, 'The same again: ')
  if (typed !== again) throw new MalformedError(`${scope} password`, 'the two were not the same')
  return demand(typed, 'the terminal')
}

async function passwordIn(file: string): Promise<string> {
  let content: string
  try {
    content = await readFile(file, 'utf8')
  } catch (cause) {
    throw new MissingError(`The password file ${file} can't be read.`, { cause })
  }
  return demand(content.split(/\r?\n/)[0], file)
}

async function inputLines({ terminal }: Context): Promise<string[]> {
  return (await readAll(terminal.input)).split(/\r?\n/)
}

function demand(password: string | undefined, where: string): string {
  if (password === undefined || password === '') {
    throw new MalformedError('password', `${where} gave an empty one`)
  }
  return password
}

type Scope = (typeof scopes)[number]
const scopes = ['read', 'change'] as const
