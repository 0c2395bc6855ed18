import { copyIn } from './copying.ts'
import { diskFailure } from './disk-failure.ts'
import { encodeFailure } from './failure.ts'
import { HeldDirectories } from './held-directories.ts'
import { installBatch } from './install-batch.ts'
import type { JobName, JobSetting, Jobs, Sent } from './jobs.ts'
import { move } from './moving.ts'
import { bytesOf, discard, inspect, restoreDirectory } from './own-items.ts'
import { recover } from './recovering.ts'
import { remove } from './removing.ts'
import { openStageFile } from './stage-file.ts'
import { stampsOf } from './stamps.ts'
import { sweep } from './sweeping.ts'

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
}

function sent<Result extends { readonly failure: unknown }>(result: Result): Sent<Result> {
  const { failure } = result
  return { ...result, failure: failure === undefined ? undefined : encodeFailure(failure) }
}
