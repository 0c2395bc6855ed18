import { NodeError } from '../../../base/errors.ts'
import type { SharePath } from '../../content.ts'
import { decodeFailure } from '../thread/failure.ts'
import type { WritingTools } from '../tools.ts'
import type { Intent } from './intent.ts'

/**
 * Finishes or undoes what was begun, as the disk shows it, and tells the journal. An intent that can't be
 * brought to an end now, for want of room or permission, stays. Resolves to the paths it may have changed.
 */
export async function finishIntent(
  id: string,
  intent: Intent,
  { journal, surroundings, thread }: Pick<WritingTools, 'journal' | 'surroundings' | 'thread'>,
): Promise<readonly SharePath[]> {
  const { failure, inBin, touched, used } = await thread.run('recover', intent)
  const error = failure && decodeFailure(failure)
  if (error) surroundings.log.warn('a change could not be finished', { failure: error.message })
  const atMs = surroundings.clock.now()
  await journal.settle({
    intent: error && mayPass(error) ? undefined : id,
    usedStages: used.filter(({ room }) => room === 'stage').map((one) => one.id),
    leftBin: used.filter(({ room }) => room !== 'stage').map((one) => one.id),
    newInBin: inBin.map((item) => ({ ...item, atMs })),
  })
  return touched
}

/** A disk without room or permission may have both at the next start. */
function mayPass(error: Error): boolean {
  return !(error instanceof NodeError) || error.kind === 'full' || error.kind === 'denied'
}
