import { statfs } from 'node:fs/promises'
import type { Finding } from '../../contract/finding.ts'
import type { Check } from './examine.ts'

/** Free space where the state, the shares and the copies lie; what is on one disk is told once. */
export const checkDisks: Check = async ({ node, shares, copies }) => {
  const folders = [
    node.stateFolder,
    ...shares.all().map(({ folder }) => folder.path),
    ...copies.all().map(({ destination }) => destination),
  ]
  const found = await Promise.all([...new Set(folders)].map(freeBytes))
  const byDisk = new Map(found.flatMap((one) => (one ? [[one.disk, one] as const] : [])))
  return [...byDisk.values()].map(({ folder, free }) => judge(folder, free))
}

interface FreeSpace {
  readonly folder: string
  readonly free: number
  readonly disk: string
}

/** A folder that is gone is for the shares' check to tell. */
async function freeBytes(folder: string): Promise<FreeSpace | undefined> {
  try {
    const { bavail, bsize, blocks, files } = await statfs(folder)
    return { folder, free: bavail * bsize, disk: `${blocks} ${files}` }
  } catch {
    return undefined
  }
}

function judge(folder: string, free: number): Finding {
  const found = `${(free / 1e9).toFixed(1)} GB free at ${folder}.`
  if (free >= warningBytes) return { subject: 'Disk', verdict: 'good', found }
  const verdict = free < badBytes ? 'bad' : 'warning'
  const remedy = 'Free some space: copies and changes stop when the disk is full. Nothing is lost.'
  return { subject: 'Disk', verdict, found, remedy }
}

const warningBytes = 1024 ** 3
const badBytes = 100 * 1024 ** 2
