import { execFileSync } from 'node:child_process'

/**
 * Why a test can't run here that needs root and these commands, for `{ skip }`; false when it can. Where
 * everything was installed for it, in CI, it has to run, and fails if it can't.
 */
export function missingForRoot(...commands: readonly string[]): string | false {
  if (process.env['CI'] !== undefined) return false
  if (process.platform !== 'linux') return 'it mounts disks as Linux does'
  if (process.getuid?.() !== 0) return 'only root may mount disks'
  const missing = commands.filter((command) => !isInstalled(command))
  return missing.length > 0 && `not installed: ${missing.join(', ')}`
}

function isInstalled(command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
