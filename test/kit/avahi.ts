import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Host } from './namespaces.ts'
import type { RunningCommand } from './running-command.ts'
import { tempFolder } from './temp-folder.ts'

const execute = promisify(execFile)

/** Debian's responder and browser on a host of a town: what a desktop computer runs. */
export interface Avahi extends AsyncDisposable {
  /** What `avahi-browse` prints with these arguments. */
  browse(...args: readonly string[]): Promise<string>
  /** The address of a host `NAME.local` by one family. Rejects when it has none. */
  resolve(name: string, family: 4 | 6): Promise<string>
}

/**
 * Starts a message bus and avahi-daemon. Both keep their sockets at fixed paths below /run, so the host's gets
 * a /run of its own: `ip netns exec` has given the command a mount namespace already.
 */
export async function startAvahi(host: Host): Promise<Avahi> {
  const folder = await tempFolder()
  const settings = join(folder.path, 'avahi.conf')
  await writeFile(settings, `[server]\nhost-name=${host.name}\nenable-dbus=yes\n`)
  const daemon = host.start('sh', ['-c', script, 'sh', settings])
  await daemon.until(/Server startup complete/)
  return {
    browse: (...args) => inside(daemon, 'avahi-browse', args),
    resolve: async (name, family) => {
      const line = await inside(daemon, 'avahi-resolve', [`-${family}`, '-n', name])
      return line.trim().split('\t')[1] ?? ''
    },
    [Symbol.asyncDispose]: async () => {
      await daemon[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const script = `
  mount -t tmpfs none /run && mkdir -p /run/dbus /run/avahi-daemon
  dbus-daemon --system --nopidfile --nofork & until [ -S /run/dbus/system_bus_socket ]; do sleep 0.05; done
  exec avahi-daemon --file "$1" --no-drop-root --no-chroot --no-rlimits
`

/** Runs a command in the daemon's namespaces, where its bus is. */
async function inside(
  daemon: RunningCommand,
  command: string,
  args: readonly string[],
): Promise<string> {
  const options = ['-t', String(daemon.child.pid), '-m', '-n', command, ...args]
  return (await execute('nsenter', options, { timeout: 30_000 })).stdout
}
