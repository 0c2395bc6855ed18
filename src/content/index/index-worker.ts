import { workerData } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import { workerPort } from '../../base/worker-file.ts'
import { IndexDamageError } from '../errors.ts'
import { openIndexService } from './index-service.ts'
import type { IndexService, IndexServiceOptions } from './index-service.ts'
import type { FromIndexThread, ToIndexThread } from './index-thread.ts'
import { describeFailure } from './thread-failure.ts'

/** The thread behind index/folder-index.ts: one per folder, which owns its index and scans it. */
const options = workerData as IndexServiceOptions
const port = workerPort()
let service: IndexService | undefined

port.on('message', (message: ToIndexThread) => {
  if (message.kind === 'cancel') service?.cancel(message.id)
  else void answer(message)
})

async function answer(message: Exclude<ToIndexThread, { kind: 'cancel' }>): Promise<void> {
  const { id } = message
  try {
    tell({ kind: 'answer', id, value: await act(message) })
  } catch (error) {
    if (error instanceof IndexDamageError) service?.condemn()
    tell({ kind: 'failure', id, failure: describeFailure(error) })
  }
}

async function act(message: Exclude<ToIndexThread, { kind: 'cancel' }>): Promise<unknown> {
  if (message.kind === 'close') return service?.close()
  service ??= openIndexService(options, systemClock, listener)
  if (message.kind === 'open') return undefined
  if (message.kind === 'scan') return service.scan(message.id, message.request)
  // The near end has the types of what may be asked.
  const question = service[message.question] as (...values: unknown[]) => unknown
  return question.apply(service, [...message.values])
}

const listener = {
  changed: (summary: Extract<FromIndexThread, { kind: 'changed' }>['summary']) =>
    tell({ kind: 'changed', summary }),
  progress: (id: number, progress: Extract<FromIndexThread, { kind: 'progress' }>['progress']) =>
    tell({ kind: 'progress', id, progress }),
}

function tell(message: FromIndexThread): void {
  port.postMessage(message)
}
