import { execFile, execFileSync } from 'node:child_process'
import type { SpawnOptions } from 'node:child_process'
import { promisify } from 'node:util'
import { RunningCommand } from './running-command.ts'

const execute = promisify(execFile)

/**
 * Why no town can be built here, for `{ skip }`; false when one can. Where everything was installed for it,
 * in CI, a town that can't be built is a failure and not a reason to skip.
 */
export function townMissing(): string | false {
  if (process.env['CI'] !== undefined) return false
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' })
    return process.getuid?.() === 0 ? false : 'network namespaces are for root'
  } catch {
    return 'iproute2 is not installed'
  }
}

/** A computer of its own as far as the network goes: a namespace with loopback and eth0. */
export interface Host {
  readonly name: string
  /** The namespace, for `ip netns exec`. */
  readonly space: string
  readonly ipv4: string
  readonly ipv6: string
  /** Runs a command to its end and gives what it wrote. Rejects when it fails or takes longer than half a minute. */
  run(command: string, ...args: readonly string[]): Promise<string>
  /** The ids of all processes in it. */
  pids(): Promise<string[]>
  /** Starts a command that goes on; it is ended with the town at the latest. */
  start(command: string, args: readonly string[], options?: SpawnOptions): RunningCommand
}

/** Hosts that are wired to one switch. Everything in it is gone when it is disposed, whatever happened. */
export interface Town extends AsyncDisposable {
  host(name: string): Host
}

/**
 * Builds a town with a host for each name, at 10.77.0.1 and fd77::1 and so on. Names of namespaces begin with
 * the process's id, so that towns of several processes do not meet; what dead processes left is removed.
 */
export async function openTown(...names: readonly string[]): Promise<Town> {
  await removeRuins()
  const prefix = `fm${process.pid}-${townsBuilt++}-`
  const opened = new AsyncDisposableStack()
  try {
    const bridge = `${prefix}switch`
    await addNamespace(bridge, opened)
    await ip('-n', bridge, 'link', 'add', 'br0', 'type', 'bridge')
    await ip('-n', bridge, 'link', 'set', 'br0', 'up')
    const hosts = new Map<string, Host>()
    for (const [at, name] of names.entries()) {
      hosts.set(name, await addHost(name, at + 1, prefix, bridge, opened))
    }
    return {
      host: (name) => hosts.get(name) ?? fail(`there is no host ${name}`),
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

let townsBuilt = 0

async function addHost(
  name: string,
  number: number,
  prefix: string,
  bridge: string,
  opened: AsyncDisposableStack,
): Promise<Host> {
  const space = `${prefix}${name}`
  const [ipv4, ipv6, port] = [`10.77.0.${number}`, `fd77::${number}`, `port${number}`]
  await addNamespace(space, opened)
  await ip(
    '-n',
    bridge,
    'link',
    'add',
    port,
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    space,
  )
  await ip('-n', bridge, 'link', 'set', port, 'master', 'br0', 'up')
  // Else its IPv6 addresses could not be used for the first two seconds.
  await ip('netns', 'exec', space, 'sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad')
  await ip('-n', space, 'addr', 'add', `${ipv4}/24`, 'dev', 'eth0')
  await ip('-n', space, 'addr', 'add', `${ipv6}/64`, 'dev', 'eth0', 'nodad')
  await ip('-n', space, 'link', 'set', 'lo', 'up')
  await ip('-n', space, 'link', 'set', 'eth0', 'up')
  return {
    name,
    space,
    ipv4,
    ipv6,
    run: (command, ...args) => ip('netns', 'exec', space, command, ...args),
    pids: async () => (await ip('netns', 'pids', space)).split('\n').filter(Boolean),
    start: (command, args, options) =>
      opened.use(new RunningCommand('ip', ['netns', 'exec', space, command, ...args], options)),
  }
}

async function addNamespace(space: string, opened: AsyncDisposableStack): Promise<void> {
  await ip('netns', 'add', space)
  opened.defer(() => removeNamespace(space))
}

/** Ends what still runs in it, which is ours, by its ids: a namespace lives as long as anything in it. */
async function removeNamespace(space: string): Promise<void> {
  const pids = await ip('netns', 'pids', space)
  for (const pid of pids.split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It has just gone.
    }
  }
  await ip('netns', 'del', space)
}

/** Towns of processes that were killed before they could clean up. */
async function removeRuins(): Promise<void> {
  const spaces = (await ip('netns', 'list')).split('\n').map((line) => line.split(' ')[0] ?? '')
  for (const space of spaces) {
    const pid = /^fm(\d+)-\d+-/.exec(space)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await removeNamespace(space)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function ip(...args: readonly string[]): Promise<string> {
  const { stdout } = await execute('ip', args, { timeout: 30_000, maxBuffer: 64 * 1024 * 1024 })
  return stdout
}

function fail(message: string): never {
  throw new Error(message)
}
