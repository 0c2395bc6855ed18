import { execFile, execFileSync } from 'node:child_process'

export interface ProgramOptions {
  readonly input?: string
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs a program of others to its end while this process answers it. Rejects, with all that it wrote, when it fails. */
export function runProgram(
  name: string,
  words: readonly string[],
  { input = '', folder, environment = {} }: ProgramOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      name,
      words,
      {
        timeout: giveUpMs,
        maxBuffer: 16 * 1024 * 1024,
        env: { ...process.env, ...environment },
        ...(folder === undefined ? {} : { cwd: folder }),
      },
      (error, stdout, stderr) => {
        const said = `${stdout}${stderr}`
        if (error) reject(new Error(`${name} ${words.join(' ')}\n${said}`, { cause: error }))
        else resolve(said)
      },
    )
    child.stdin?.end(input)
  })
}

/**
 * Why a test can't run here that needs these programs, for `{ skip }`; false when it can. Where everything was
 * installed for it, in CI, it has to run, and fails if it can't.
 */
export function missingPrograms(...names: readonly string[]): string | false {
  if (process.env['CI'] !== undefined) return false
  const missing = names.filter((name) => !isInstalled(name))
  return missing.length > 0 && `not installed: ${missing.join(', ')}`
}

export function isInstalled(name: string): boolean {
  try {
    execFileSync('which', [name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Only for what would never end. */
const giveUpMs = 90_000
