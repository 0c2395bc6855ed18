import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseSharePath } from '../../src/content/names.ts'
import type { Node } from '../../src/node.ts'
import { parseInvite } from '../../src/shares/invite.ts'
import type { NewShare, OwnShare } from '../../src/shares/shares.ts'
import type { Copy, KnownShare, NewCopy } from '../../src/transfer/transfer.ts'

const never = new AbortController().signal

/** Waits for a state that nodes with real disks bring about; looks now and then. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const sinceMs = performance.now()
  while (!(await condition())) {
    if (performance.now() - sinceMs > giveUpMs) throw new Error(`never so: ${condition.toString()}`)
    await pause(10)
  }
}

/** Generous: it only ends a test that would never end. */
const giveUpMs = 30_000

/** Shares a folder and waits until readers can see all of it. */
export async function share(
  node: Node,
  folder: string,
  settings: Partial<NewShare> = {},
): Promise<OwnShare> {
  const shared = await node.shares.add(folder, {
    read: 'link',
    change: 'nobody',
    passwords: {},
    ...settings,
  })
  await until(() => shared.head()?.head.indexing === false)
  return shared
}

/** Opens a link as a person does: with a password if it takes one. */
export async function follow(node: Node, link: string, password?: string): Promise<KnownShare> {
  const known = await node.remoteShares.accept(parseInvite(link))
  await using opened = await node.remoteShares.open(
    known.id,
    password === undefined ? {} : { password },
    never,
  )
  return opened.known
}

/** Copies all of a share into `destination`, and returns at once. */
export function copy(
  node: Node,
  known: KnownShare,
  destination: string,
  change: Partial<NewCopy> = {},
): Promise<Copy> {
  return node.copies.add({
    share: known.id,
    source: parseSharePath(''),
    destination,
    mode: 'once',
    seed: false,
    ...change,
  })
}

export async function done(made: Copy): Promise<void> {
  await until(() => {
    const state = made.state()
    if (state.kind === 'failed') throw state.error
    return state.kind === 'done'
  })
}

/** What is in a folder, as text by path; what a node keeps there for itself left out. */
export async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1)
    if (!entry.isFile() || path.startsWith('.fullmesh')) continue
    found[path] = await readFile(join(folder, path), 'utf8')
  }
  return found
}

/** Waits until a folder holds just this. */
export async function holds(folder: string, expected: Record<string, string>): Promise<void> {
  let seen: Record<string, string> = {}
  const wanted = sorted(expected)
  try {
    await until(async () => {
      seen = await contents(folder).catch(() => ({}))
      return sorted(seen) === wanted
    })
  } catch (cause) {
    throw new Error(`${folder} holds ${JSON.stringify(seen)}, not ${wanted}`, { cause })
  }
}

function sorted(files: Record<string, string>): string {
  return JSON.stringify(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

export const edit = (folder: string, path: string, text: string) =>
  writeFile(join(folder, path), text)
export const erase = (folder: string, path: string) => rm(join(folder, path), { recursive: true })
