import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorKinds, isErrorKind, NodeError } from '../../base/errors.ts'
import type { ErrorKind } from '../../base/errors.ts'
import type { NodeHome } from '../contract/home.ts'
import { NodeDownError } from './client.ts'
import type { Client } from './client.ts'
import { nodeEnvironment } from './node-environment.ts'
import type { Terminal } from './terminal.ts'

/** The node ended before it answered, or did not answer in time. */
export class NodeStartError extends NodeError {
  override readonly name = 'NodeStartError'
  readonly kind: ErrorKind
  constructor(detail: string, logFile: string, kind: ErrorKind) {
    super(`The node does not start: ${detail}\nIts log: ${logFile}`)
    this.kind = kind
  }
}

/**
 * Starts the node in the background and resolves when it answers. Two starts at once give one node: the
 * state's lock lets one of them in, and both callers wait for that one. Rejects with NodeStartError.
 */
export async function startNode(
  terminal: Terminal,
  home: NodeHome,
  client: Client,
  signal: AbortSignal,
): Promise<void> {
  const child = await launch(terminal, home.logFile)
  const deadline = performance.now() + startMaxMs
  let endedAt: number | undefined
  for (let pauseMs = 15; ; pauseMs = Math.min(pauseMs * 1.3, 100)) {
    if (await answers(client)) return
    const nowMs = performance.now()
    if (child.exitCode !== null) endedAt ??= nowMs
    const isOver = endedAt !== undefined && nowMs - endedAt > otherNodeMs
    if (isOver || nowMs > deadline) throw await startFailure(child, home.logFile)
    if (endedAt !== undefined && child.exitCode !== errorKinds.busy.exit) {
      throw await startFailure(child, home.logFile)
    }
    await sleep(pauseMs, undefined, { signal })
  }
}

async function launch(terminal: Terminal, logFile: string): Promise<ChildProcess> {
  await mkdir(dirname(logFile), { recursive: true, mode: 0o700 })
  await setAsideLongLog(logFile)
  await using log = await open(logFile, 'a', 0o600)
  const [executable, script] = terminal.program
  const child = spawn(executable, [script, 'up', '--foreground'], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...nodeEnvironment, ...terminal.environment },
    cwd: terminal.homeFolder,
  })
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  child.unref()
  return child
}

async function setAsideLongLog(logFile: string): Promise<void> {
  const stats = await stat(logFile).catch(() => undefined)
  if (stats && stats.size > logBytesMax) await rename(logFile, `${logFile}.1`)
}

async function answers(client: Client): Promise<boolean> {
  try {
    await client.call('status', {})
    return true
  } catch (error) {
    if (error instanceof NodeDownError) return false
    throw error
  }
}

async function startFailure(child: ChildProcess, logFile: string): Promise<NodeStartError> {
  const text = await readFile(logFile, 'utf8').catch(() => '')
  const line = text.trimEnd().split('\n').at(-1) ?? ''
  const told = child.exitCode === null ? 'it has not answered in time.' : detailOf(line)
  const kind = Object.keys(errorKinds).find(
    (name) => isErrorKind(name) && errorKinds[name].exit === child.exitCode,
  )
  return new NodeStartError(told, logFile, kind && isErrorKind(kind) ? kind : 'bug')
}

/** The last line of the log: what the node said when it ended. */
function detailOf(line: string): string {
  return line === '' ? 'it ended without a word.' : line.replace(/^fullmesh: /, '')
}

const startMaxMs = 20_000

/** How long another node, which holds the lock, may take until it answers. */
const otherNodeMs = 10_000

const logBytesMax = 10 * 1024 * 1024
