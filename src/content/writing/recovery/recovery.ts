import type { BinItem, SharePath } from '../../content.ts'
import { FolderGoneError } from '../../errors.ts'
import { parseSharePath } from '../../names.ts'
import { hasRooms } from '../disk/held-directories.ts'
import { finishIntent } from '../journal/finish-intent.ts'
import type { Intent } from '../journal/intent.ts'
import type { WritingTools } from '../tools.ts'

/**
 * Brings journal and folder together again, before anything else is written: what a crash interrupted is
 * finished or undone, and what neither of the two can use any more goes. Resolves to the paths at which
 * the disk may differ from the index. Rejects with FolderGoneError; nothing is decided then.
 */
export async function recoverFolder(tools: WritingTools): Promise<SharePath[]> {
  const touched = new Set<SharePath>()
  for (const { id, intent } of await tools.journal.intents()) {
    await unlessGone(tools, async () => {
      for (const path of await finishIntent(id, intent, tools)) touched.add(path)
    })
  }
  if (hasRooms(tools.root)) await unlessGone(tools, () => sweepRooms(tools))
  return [...touched]
}

/** Whatever else can't be done now must not keep the folder from being read; the next start tries again. */
async function unlessGone(tools: WritingTools, task: () => Promise<void>): Promise<void> {
  try {
    await task()
  } catch (error) {
    if (error instanceof FolderGoneError) throw error
    tools.surroundings.log.error('a folder could not be brought in order after a crash', error)
  }
}

async function sweepRooms({ journal, surroundings, thread }: WritingTools): Promise<void> {
  const nowMs = surroundings.clock.now()
  const [stages, items, intents] = await Promise.all([
    journal.stages(),
    journal.binItemsBefore(Number.MAX_SAFE_INTEGER),
    journal.intents(),
  ])
  const forgotten = stages.filter(({ touchedAtMs }) => touchedAtMs < nowMs - forgottenAfterMs)
  await thread.run(
    'discard',
    forgotten.map(({ id }) => ({ room: 'stage', id })),
  )
  const idsOf = (kind: BinItem['kind']) =>
    items.filter((item) => item.kind === kind).map(({ id }) => id)
  const { found, gone } = await thread.run('sweep', {
    known: {
      stage: stages.map(({ id }) => id),
      versions: idsOf('version'),
      trash: idsOf('trash'),
    },
    spared: intents.flatMap(({ intent }) => idsSpokenFor(intent)),
    orphansBeforeMs: nowMs - orphanAfterMs,
  })
  await journal.settle({
    usedStages: gone.filter(({ room }) => room === 'stage').map(({ id }) => id),
    leftBin: gone.filter(({ room }) => room !== 'stage').map(({ id }) => id),
    newInBin: found.map(({ atMs, bytes, id, room }) => ({
      id,
      kind: room === 'versions' ? 'version' : 'trash',
      path: parseSharePath(`found ${id}`),
      bytes,
      atMs,
      who: '',
    })),
  })
}

function idsSpokenFor(intent: Intent): string[] {
  return intent.kind === 'install'
    ? intent.items.flatMap(({ source, versionId }) => [source.id, versionId])
    : [intent.trashId]
}

/** Files without a row are of a batch that a crash interrupted; nobody comes back for them. */
const orphanAfterMs = 24 * 60 * 60 * 1000

/** Unfinished contents wait for their sources: a peer may be away for weeks. */
const forgottenAfterMs = 90 * 24 * 60 * 60 * 1000
