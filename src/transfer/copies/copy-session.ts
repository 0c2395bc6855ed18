import type { Folder } from '../../content/content.ts'
import type { TreeSide } from '../../content/tree/diff.ts'
import { emptyTree } from '../../content/tree/page.ts'
import type { SignedHead } from '../../shares/shares.ts'
import type { RemoteShare } from '../transfer.ts'
import { agreedTree } from './agreed.ts'
import { Bell } from './bell.ts'
import { localNameOf } from './copy-place.ts'
import type { CopyPlace } from './copy-place.ts'
import type { Begun, CopyRecord } from './copy-store.ts'
import { partOfShare, treeOfOnly } from './copy-trees.ts'
import type { CopyWorld } from './copy-world.ts'
import { KeptPages } from './kept-pages.ts'
import { runPass } from './pass.ts'
import type { Progress } from './progress.ts'

export interface SessionParts {
  readonly world: CopyWorld
  readonly place: CopyPlace
  readonly remote: RemoteShare
  readonly progress: Progress
  /** The record as it is now; `keep` makes a changed one durable. */
  readonly record: () => CopyRecord
  readonly keep: (record: CopyRecord) => Promise<void>
  readonly onState: (state: 'copying' | 'following' | 'done') => void
}

/**
 * One stretch in which the share is open: passes until all is here, and, for a copy that follows or
 * seeds, for as long as it lasts. Resolves when nothing is left to do for good; rejects with what stopped it.
 */
export async function runSession(parts: SessionParts, signal: AbortSignal): Promise<void> {
  const { world, place, remote, record } = parts
  const { clock } = world.surroundings
  const bell = new Bell()
  await using life = new AsyncDisposableStack()
  life.use(remote.headChanged.subscribe(bell.ring))
  life.use(remote.headChanged.subscribe((head) => place.headChanged.publish(head)))
  life.use(remote.sourcesChanged.subscribe(bell.ring))
  if (record().seed)
    life.use(remote.holdInTurn((bytes) => void place.accept(bytes).catch(report(parts))))
  if (record().mode === 'follow') await follow(parts, bell, life, signal)
  else if (record().phase !== 'done') await lookAgain(place.folder, signal)

  for (let failures = 0; ;) {
    const lost = remote.lost()
    if (lost) throw lost
    if (record().phase !== 'done') {
      parts.onState('copying')
      const head = remote.head()
      const again = await pass(parts, head, signal)
      failures = again ? failures + 1 : 0
      if (!again && record().mode === 'once' && !head.head.indexing) {
        await parts.keep({ ...record(), phase: 'done' })
      } else if (!again && record().mode === 'follow') parts.onState('following')
    }
    if (record().phase === 'done') {
      if (!record().seed) return
      parts.onState('done')
    }
    await bell.rings(clock, failures === 0 ? quietMs : retryMs(failures), signal)
  }
}

/** Local changes are seen as they are made; the first scan finds those made while nobody looked. */
async function follow(
  { place: { folder }, world }: SessionParts,
  bell: Bell,
  life: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<void> {
  await folder.scan({}, signal)
  const { log } = world.surroundings
  const onError = (error: unknown) => log.error('watching the folder of a copy failed', error)
  life.use(await folder.watch({ rescanEveryMs, onError }))
  life.use(folder.changed.subscribe(bell.ring))
}

/** What was here when it was last looked at may have been removed: then it is to be brought again. */
async function lookAgain(folder: Folder, signal: AbortSignal): Promise<void> {
  const { tree } = await folder.index.summary()
  if (tree !== emptyTree.tree) await folder.scan({ acceptLosses: true }, signal)
}

/** Returns whether something failed that the next try may mend. */
async function pass(parts: SessionParts, head: SignedHead, signal: AbortSignal): Promise<boolean> {
  const { world, place, remote, progress, record } = parts
  const { folder } = place
  const { mode, source, agreed } = record()
  const share: TreeSide = {
    pages: new KeptPages(folder.index, remote.pages),
    tree: head.head.summary,
  }
  const isPartial = head.head.indexing
  const part = await partOfShare(share, source, localNameOf(record()), signal)
  if (mode === 'follow') await folder.index.keepPages(part.ownPages)
  const here = await hereSide(folder, part.onlyName, signal)
  progress.begin(part.there.tree, here.tree)
  const { begun } = record()
  if (mode === 'follow' && here.tree.tree !== part.there.tree.tree)
    await parts.keep({ ...record(), begun: begin({ tree: part.there.tree, isPartial }, begun) })
  const result = await runPass({
    trees: {
      base: agreed && { pages: share.pages, tree: agreed },
      begun: begun.map((tree) => ({ ...tree, pages: share.pages })),
      here,
      there: part.there,
    },
    mode,
    isPartial,
    folder,
    remote,
    remotePath: part.remotePath,
    who: world.mesh.book.contact(remote.known.owner)?.petname ?? remote.known.owner,
    surroundings: world.surroundings,
    progress,
    stages: place.stages,
    onFile: (content) => place.possessions.add(content),
    signal,
  })
  if (!result.again) progress.complete()
  if (mode === 'follow') {
    const tree = await agreedTree(part.there, result.exceptions, signal)
    await folder.index.keepPages(tree.pages)
    await parts.keep({ ...record(), agreed: tree.summary, begun: [] })
    await folder.index.keepOnly([head.head.summary.tree, tree.summary.tree])
  }
  if (!result.again && source === '' && result.exceptions.size === 0) place.broughtAll(head)
  return result.again
}

function begin(tree: Begun, before: readonly Begun[]): readonly Begun[] {
  const older = before.filter((one) => one.tree.tree !== tree.tree.tree)
  return [tree, ...older].slice(0, begunMax)
}

async function hereSide(
  { index }: Folder,
  onlyName: Parameters<typeof treeOfOnly>[1] | undefined,
  signal: AbortSignal,
): Promise<TreeSide> {
  const whole = { pages: index, tree: await index.summary() }
  return onlyName === undefined ? whole : treeOfOnly(whole, onlyName, signal)
}

function report({ world, record }: SessionParts): (error: unknown) => void {
  const { log } = world.surroundings
  return (error) =>
    log.warn('a commission is of no use', { share: record().share, reason: String(error) })
}

function retryMs(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** failures)
}

/** Nothing to do until something rings; looked at now and then all the same. */
const quietMs = 5 * 60_000
/** Passes that were interrupted by changes of the share one after another; older ones are forgotten. */
const begunMax = 16
const rescanEveryMs = 5 * 60_000
