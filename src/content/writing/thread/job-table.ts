import { diskFailure } from '../disk/disk-failure.ts'
import { HeldDirectories } from '../disk/held-directories.ts'
import { stampsOf } from '../disk/stamps.ts'
import { copyIn } from '../install/copying.ts'
import { installBatch } from '../install/install-batch.ts'
import { move } from '../names/moving.ts'
import { bytesOf, discard, inspect, restoreDirectory } from '../names/own-items.ts'
import { remove } from '../names/removing.ts'
import { recover } from '../recovery/recovering.ts'
import { sweep } from '../recovery/sweeping.ts'
import { openStageFile } from '../stage/stage-file.ts'
import { encodeFailure } from './failure.ts'
import type { JobName, JobSetting, Jobs, Sent } from './jobs.ts'

/** Does one job in this thread. The names that it has changed are synced when it resolves. */
export async function doJob<Name extends JobName>(
  name: Name,
  ask: Jobs[Name]['ask'],
  { mark, recentNames, root, umask }: JobSetting,
): Promise<Jobs[Name]['answer']> {
  try {
    using held = new HeldDirectories(root, mark, recentNames)
    const answer = await jobs[name](ask, held, umask)
    held.sync()
    return answer
  } catch (error) {
    throw diskFailure(error, { path: root, neededBytes: 0, freeBytes: () => 0 })
  }
}

type Job<Name extends JobName> = (
  ask: Jobs[Name]['ask'],
  held: HeldDirectories,
  umask: number,
) => Jobs[Name]['answer'] | Promise<Jobs[Name]['answer']>

const jobs: { readonly [Name in JobName]: Job<Name> } = {
  stamps: (paths, held) =>
    paths.map((path) => {
      const stats = held.stat(path)
      return stats?.isFile() ? stampsOf(stats) : undefined
    }),
  install: async (batch, held, umask) => (await installBatch(batch, held, umask)).map(sent),
  remove: (job, held) => {
    const end = remove(job, held)
    return { end, bytes: bytesOf({ room: 'trash', id: job.trashId }, held) }
  },
  move: (job, held) => {
    const end = move(job, held)
    const stats = held.stat(job.to)
    return {
      end,
      bytes: bytesOf({ room: 'trash', id: job.trashId }, held),
      stamps: stats?.isFile() ? stampsOf(stats) : undefined,
    }
  },
  makeDirectory: (path, held) => held.make(path),
  openStage: openStageFile,
  copyIn,
  inspect,
  restoreDirectory,
  discard,
  recover: async (intent, held, umask) => sent(await recover(intent, held, umask)),
  sweep,
  tidy: (_, held) => held.removeEmptyRooms(),
  unmark: (_, held) => held.unmark(),
}

function sent<Result extends { readonly failure: unknown }>(result: Result): Sent<Result> {
  const { failure } = result
  return { ...result, failure: failure === undefined ? undefined : encodeFailure(failure) }
}
