import type { MessagePort } from 'node:worker_threads'
import { workerPort } from '../../base/worker-file.ts'
import { hashDesk } from './hash-desk.ts'
import { encodeHashFailure } from './hash-failure.ts'
import type { HashFailure } from './hash-failure.ts'
import type { HashCall } from './hash-job.ts'

/** What comes back from a thread: one reply a call. */
export type HashReply = { readonly result: unknown } | { readonly failure: HashFailure }

/** A thread of hash-pool.ts. */
const port: MessagePort = workerPort()

port.on('message', (call: HashCall) => {
  try {
    const result = perform(call)
    port.postMessage({ result } satisfies HashReply, memoryOf(result))
  } catch (error) {
    port.postMessage({ failure: encodeHashFailure(error) } satisfies HashReply)
  }
})

function perform(call: HashCall): unknown {
  switch (call.name) {
    case 'hash':
      return hashDesk.hash(...call.given)
    case 'content':
      return hashDesk.content(...call.given)
    case 'read':
      return hashDesk.read(...call.given)
    case 'leaves':
      return hashDesk.leaves(...call.given)
    case 'write':
      return hashDesk.write(...call.given)
    case 'small':
      return hashDesk.small(...call.given)
  }
}

/** Bytes are handed over, not copied: nobody here needs them again. */
function memoryOf(result: unknown): ArrayBuffer[] {
  const values: unknown[] = Array.isArray(result) ? result : [result]
  return values.flatMap((value) =>
    value instanceof Uint8Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  )
}
