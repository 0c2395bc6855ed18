import type { Clock } from '../../base/clock.ts'
import { errorKind } from '../../base/errors.ts'
import { fraction } from '../../base/random.ts'
import type { Random } from '../../base/random.ts'
import type { BinItem } from '../../content/content.ts'
import { OfflineError } from '../../mesh/errors.ts'
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import type { ShareId } from '../../shares/shares.ts'
import type { ChangeResult, RemoteEditor } from '../transfer.ts'
import type { BinRequest } from '../wire/bin-listing.ts'
import { changeIdBytes, encodeChange } from '../wire/change.ts'
import type { ChangeAction } from '../wire/change.ts'
import { askBin, askChange } from '../wire/peer-client.ts'
import type { LocalFiles } from './changes.ts'
import type { Offers } from './offers.ts'

/** What editors of all shares need. */
export interface EditorTools {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly random: Random
  readonly offers: Offers
  readonly files: LocalFiles
}

/** A share that this node may change, and what shows it. */
export interface EditedShare {
  readonly share: ShareId
  readonly owner: PeerId
  readonly capability: () => Uint8Array
}

/**
 * Changes another node's share. Each change is signed once and asked for, with the same id, until the owner
 * acknowledges or refuses it: a link that breaks changes nothing twice and nothing half. Rejects with
 * OfflineError when the owner can't be reached, and after two minutes without a word from it.
 */
export function remoteEditor(edited: EditedShare, tools: EditorTools): RemoteEditor {
  const post = (action: ChangeAction, signal: AbortSignal) =>
    postChange({ edited, tools, action, id: tools.random.bytes(changeIdBytes) }, signal)
  return {
    async put(localFile, change, onProgress, signal) {
      await using file = await tools.files.open(localFile, signal)
      const id = tools.random.bytes(changeIdBytes)
      using _ = tools.offers.offer(id, edited.owner, file)
      const action = { what: 'put', content: file.content, ...change } as const
      return await postChange({ edited, tools, action, id, onProgress }, signal)
    },
    makeDirectory: (path, signal) => post({ what: 'make', path }, signal),
    move: (path, to, signal) => post({ what: 'move', path, to }, signal),
    remove: (path, base, signal) => post({ what: 'remove', path, base }, signal),
    replaced: (kind, path, signal) => askReplaced(edited, tools, { kind, path }, signal),
    restore: (item, path, signal) => post({ what: 'restore', path, item }, signal),
  }
}

async function askReplaced(
  { share, owner, capability }: EditedShare,
  { mesh, clock }: EditorTools,
  request: BinRequest,
  signal: AbortSignal,
): Promise<BinItem[]> {
  const link = await mesh.link(owner, signal)
  return askBin({ link, clock, share, capability }, request, signal)
}

interface Posting {
  readonly edited: EditedShare
  readonly tools: EditorTools
  readonly action: ChangeAction
  readonly id: Uint8Array
  readonly onProgress?: (bytes: number) => void
}

async function postChange(posting: Posting, signal: AbortSignal): Promise<ChangeResult> {
  const { edited, tools, action, id } = posting
  const { mesh, clock, random } = tools
  const { share, owner } = edited
  const stamp = { share, id, writer: mesh.identity.peerId, timeMs: clock.now() }
  const bytes = encodeChange({ ...stamp, ...action }, mesh.identity)
  const heard = { atMs: clock.elapsed(), everPosted: false }
  for (let failures = 1; ; failures++) {
    try {
      return await askOnce(posting, bytes, heard, signal)
    } catch (error) {
      if (!isPassing(error)) throw error
      // Who says that it is busy is there.
      if (errorKind(error) === 'busy') heard.atMs = clock.elapsed()
      const isOver = !heard.everPosted || clock.elapsed() - heard.atMs > patienceMs
      if (isOver) throw givenUp(mesh, owner, heard, error)
      const restMs = Math.min(restMaxMs, restMinMs * 2 ** (failures - 1))
      await clock.sleep(restMs * (0.5 + fraction(random)), signal)
    }
  }
}

interface Heard {
  /** When the owner was last heard of. */
  atMs: number
  /** Whether the change may have got there. */
  everPosted: boolean
}

async function askOnce(
  { edited, tools, onProgress }: Posting,
  change: Uint8Array,
  heard: Heard,
  signal: AbortSignal,
): Promise<ChangeResult> {
  const { mesh, clock } = tools
  const { share, owner, capability } = edited
  const link = await mesh.link(owner, signal)
  heard.everPosted = true
  for await (const frame of askChange({ link, clock, share, capability }, change, signal)) {
    heard.atMs = clock.elapsed()
    if ('result' in frame) return frame.result
    if ('failure' in frame) throw frame.failure
    onProgress?.(frame.progress)
  }
  throw new OfflineError('The owner broke off before it had answered.')
}

/** Whether asking again, with the same id, can help. */
function isPassing(error: unknown): boolean {
  const kind = errorKind(error)
  return kind === 'offline' || kind === 'busy'
}

function givenUp(mesh: Mesh, owner: PeerId, heard: Heard, cause: unknown): OfflineError {
  const name = mesh.book.contact(owner)?.petname ?? 'The owner'
  return new OfflineError(
    heard.everPosted
      ? `${name} does not answer any more. The change may have been made or not: look when ${name} is back, and make it again if it was not.`
      : `${name} can't be reached, and nobody else can change this share. Nothing was changed; try again later.`,
    { cause },
  )
}

/** Without a word from the owner. */
const patienceMs = 120_000
const restMinMs = 500
const restMaxMs = 15_000
