import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { cpuSecondsIn, usageOf } from './usage.ts'
import type { Usage } from './usage.ts'

export interface Ran extends Usage {
  readonly seconds: number
  readonly out: string
}

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command to its end, with what it has cost. Rejects with what it said if it fails. */
export async function run(words: readonly string[], options: CommandOptions = {}): Promise<Ran> {
  // The shell waits for the command, and then tells what that has used.
  const script = '"$@"; code=$?; read -r line < /proc/$$/stat; echo "$line" >&3; exit $code'
  const sinceMs = performance.now()
  const child = spawn('bash', ['-c', script, 'bash', ...words], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const [, stdout, stderr, report] = child.stdio
  if (!stdout || !stderr || !report || !('read' in report)) throw new Error('a child without pipes')
  let peakBytes = 0
  const watch = setInterval(() => {
    if (child.pid !== undefined) peakBytes = Math.max(peakBytes, usageOf(child.pid).peakBytes)
  }, 20)
  try {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', resolve)
    })
    const [out, errors, stat, code] = await Promise.all([
      text(stdout),
      text(stderr),
      text(report),
      ended,
    ])
    if (code !== 0) throw new Error(`"${words.join(' ')}" ended with ${code}: ${out}${errors}`)
    const seconds = (performance.now() - sinceMs) / 1000
    return { seconds, out, peakBytes, cpuSeconds: cpuSecondsIn(stat) }
  } finally {
    clearInterval(watch)
  }
}
