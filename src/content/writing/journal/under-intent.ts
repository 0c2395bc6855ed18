import { newOwnId } from '../disk/own-id.ts'
import type { WritingTools } from '../tools.ts'
import { finishIntent } from './finish-intent.ts'
import type { Intent } from './intent.ts'
import type { Settlement } from './journal.ts'

interface Done<Result> {
  readonly result: Result
  readonly settlement: Settlement
}

/**
 * Does what `intent` says, with the journal knowing it before and after. When it resolves, both the deed
 * and what the journal says of it survive a power cut. After a failure what was begun is finished or
 * undone at once if that is possible, or else when the folder is opened the next time.
 */
export async function underIntent<Result>(
  intent: Intent,
  tools: WritingTools,
  deed: () => Promise<Done<Result>>,
): Promise<Result> {
  const id = newOwnId(tools.surroundings.random)
  await tools.journal.begin(id, intent)
  try {
    const { result, settlement } = await deed()
    await tools.journal.settle({ ...settlement, intent: id })
    return result
  } catch (error) {
    await clearUp(id, intent, tools)
    throw error
  }
}

async function clearUp(id: string, intent: Intent, tools: WritingTools): Promise<void> {
  try {
    await tools.rescan(await finishIntent(id, intent, tools))
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    tools.surroundings.log.warn('a change that failed is cleared up at the next start', { failure })
  }
}
