/**
 * The process: signals, exit codes, and how a node is served. Whatever the node does is built in node.ts.
 */
import { readFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Serve } from './doors/cli/context.ts'
import type { Terminal } from './doors/cli/terminal.ts'

enableCompileCache()

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
// A reader that has gone is noticed where it is written to.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

const { runCli } = await import('./doors/cli/cli.ts')
process.exitCode = await runCli({
  words: process.argv.slice(2),
  terminal: terminal(),
  signal: interruption.signal,
  serve,
})

/** The first time asks for an orderly end, the second time takes it. */
function interrupt(): void {
  if (interruption.signal.aborted) process.exit(interruptedExit)
  interruption.abort()
}

function terminal(): Terminal {
  return {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    environment: process.env,
    workingFolder: process.cwd(),
    homeFolder: homedir(),
    platform: process.platform,
    program: [process.execPath, program()],
    version: version(),
  }
}

/** What is started again for the node in the background. */
function program(): string {
  return join(dirname(import.meta.dirname), 'bin', 'fullmesh')
}

function version(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return isManifest ? String(manifest.version) : 'unknown'
}

async function serve(...[home, { version: own }, signal]: Parameters<Serve>): Promise<void> {
  const { serveNode } = await import('./node.ts')
  await serveNode(home, own, signal)
}

/** As errorKinds.interrupted. */
const interruptedExit = 130
