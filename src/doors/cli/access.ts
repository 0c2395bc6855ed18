import { isLink } from '../contract/locator.ts'
import type { Opened } from '../contract/opened.ts'
import { FailedError } from './client.ts'
import type { Call } from './command.ts'
import type { Context } from './context.ts'
import { askPassword, givenPassword } from './passwords.ts'

/** Opens a place or link, with a password only if one is needed. What it returns has a place in plain form. */
export async function openPlace(call: Call, context: Context, place: string): Promise<Opened> {
  const given = await givenPassword(call, context)
  try {
    return await context.client.call('openPlace', { place, ...(given ? { password: given } : {}) })
  } catch (error) {
    if (given !== undefined || !isFailure(error, 'PasswordNeededError')) throw error
    if (!context.terminal.input.isTTY) throw withHint(error)
    return openByAsking(context, place, 'Password')
  }
}

/**
 * Does what needs a scope at a place, in plain form. When that scope is not held, the password is taken
 * from where the options say, or asked for, and it is tried once more.
 */
export async function withAccess<Result>(
  call: Call,
  context: Context,
  place: string,
  work: (place: string) => Promise<Result>,
): Promise<Result> {
  const plain = isLink(place) ? await openLink(call, context, place) : place
  try {
    return await work(plain)
  } catch (error) {
    const lacksChange = isFailure(error, 'ReadOnlyError')
    if (!lacksChange && !isFailure(error, 'PasswordNeededError')) throw error
    const password = await givenPassword(call, context)
    if (password !== undefined) {
      await context.client.call('openPlace', { place: shareOf(plain), password })
    } else if (context.terminal.input.isTTY) {
      await openByAsking(context, shareOf(plain), lacksChange ? 'Change password' : 'Password')
    } else {
      throw withHint(error)
    }
    return await work(plain)
  }
}

/** Whether the node says so, whatever its words. */
export function isFailure(error: unknown, name: string): error is FailedError {
  return error instanceof FailedError && error.failure === name
}

/** Where there is nobody to ask, it is said how else a password can be given. */
function withHint({ kind, failure, message }: FailedError): FailedError {
  const how = 'Give one with --password-file, --password-stdin or FULLMESH_PASSWORD.'
  return new FailedError(kind, failure, `${message} ${how}`)
}

/** A slash at the end means something to whoever puts or moves, and must outlive the link. */
async function openLink(call: Call, context: Context, link: string): Promise<string> {
  const share = shareOf(link)
  const { place } = await openPlace(call, context, share)
  return `${place}${link.slice(share.length)}`
}

async function openByAsking(context: Context, place: string, question: string): Promise<Opened> {
  for (let tries = 1; ; tries++) {
    const password = await askPassword(context, question)
    try {
      return await context.client.call('openPlace', { place, password })
    } catch (error) {
      if (tries === triesMax || !isFailure(error, 'WrongPasswordError')) throw error
      await context.printer.warn('This is neither password of the share. Try again.')
    }
  }
}

/** A change may be at a path that does not exist yet. */
function shareOf(place: string): string {
  if (isLink(place)) return place.split('/', 1)[0] ?? place
  return place.split('/').slice(0, 2).join('/')
}

/** As many as people need; the share itself counts them, too. */
const triesMax = 3
