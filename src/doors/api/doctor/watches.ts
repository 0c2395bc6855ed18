import { readFile } from 'node:fs/promises'
import type { Check } from './examine.ts'

/** Linux limits how many directories a user may watch; what is not watched is seen only by the next rescan. */
export const checkWatches: Check = async () => {
  if (process.platform !== 'linux') return []
  const limit = Number(await readFile('/proc/sys/fs/inotify/max_user_watches', 'utf8'))
  const subject = 'Watching'
  const found = `The system lets this user watch ${limit} directories.`
  if (limit >= plentyOfWatches) return [{ subject, verdict: 'good', found }]
  const remedy =
    'If changes in a large share are seen late: sudo sysctl -w fs.inotify.max_user_watches=524288'
  return [{ subject, verdict: 'warning', found, remedy }]
}

/** More directories than most people have below all that they share. */
const plentyOfWatches = 50_000
