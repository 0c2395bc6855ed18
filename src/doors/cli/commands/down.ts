import { setTimeout as sleep } from 'node:timers/promises'
import { NodeError } from '../../../base/errors.ts'
import { NodeDownError } from '../client.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'

/** There is no node to end. */
export class NotRunningError extends NodeError {
  override readonly name = 'NotRunningError'
  readonly kind = 'nothing'
  constructor() {
    super('The node was not running.')
  }
}

export const down: Run = async (_call, context) => {
  const { runningClient, printer } = context
  try {
    const done = await runningClient.call('stop', {})
    await ended(context)
    if (printer.json) return await printer.value(done)
    await printer.note('The node has ended. Copies go on when it is started again.')
  } catch (error) {
    throw error instanceof NodeDownError ? new NotRunningError() : error
  }
}

/** A node that is started right after must find the state free. */
async function ended({ runningClient, signal }: Context): Promise<void> {
  for (const deadline = performance.now() + endMaxMs; performance.now() < deadline;) {
    try {
      await runningClient.call('status', {})
    } catch (error) {
      if (error instanceof NodeDownError) return
      throw error
    }
    await sleep(50, undefined, { signal })
  }
}

const endMaxMs = 10_000
