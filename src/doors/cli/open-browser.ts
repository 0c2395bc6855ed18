import { spawn } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Context } from './context.ts'

/**
 * Opens an address that holds a secret in the user's browser, and tells whether that worked. The browser is given
 * a file that only this user can read, and that leads there: arguments of commands are seen by every user.
 */
export async function openBrowser({ terminal, home }: Context, address: string): Promise<boolean> {
  const { platform, environment } = terminal
  const hasScreen = ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (environment[name] ?? '') !== '')
  const opener = platform === 'linux' && !hasScreen ? undefined : openers.get(platform)
  if (!opener) return false
  const file = join(home.stateFolder, 'open-ui.html')
  await mkdir(home.stateFolder, { recursive: true, mode: 0o700 })
  await rm(file, { force: true })
  await writeFile(file, leadingTo(address), { mode: 0o600, flag: 'wx' })
  const [command = '', ...words] = opener
  const child = spawn(command, [...words, pathToFileURL(file).href], {
    stdio: 'ignore',
    detached: true,
    env: { ...environment },
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

function leadingTo(address: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url=${address}"><title>Fullmesh</title>\n`
}

const openers = new Map<string, readonly string[]>([
  ['linux', ['xdg-open']],
  ['freebsd', ['xdg-open']],
  ['darwin', ['open']],
  ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
])
