import type { MessagePort } from 'node:worker_threads'
import { workerPort } from '../../../base/worker-file.ts'
import { pieceDesk } from './piece-desk.ts'
import type { PieceCall, PieceFailure, PieceReply } from './piece-job.ts'

/** A thread of piece-threads.ts. */
const port: MessagePort = workerPort()

port.on('message', (call: PieceCall) => port.postMessage(perform(call)))

function perform(call: PieceCall): PieceReply {
  const { id } = call
  try {
    return { id, result: resultOf(call) }
  } catch (error) {
    return { id, failure: failureOf(error) }
  }
}

function resultOf(call: PieceCall): unknown {
  switch (call.name) {
    case 'write':
      return pieceDesk.write(...call.given)
    case 'check':
      return pieceDesk.check(...call.given)
    case 'hash':
      return pieceDesk.hash(...call.given)
    case 'sync':
      return pieceDesk.sync(...call.given)
    case 'install':
      return pieceDesk.install(...call.given)
  }
}

function failureOf(error: unknown): PieceFailure {
  if (!(error instanceof Error)) return { message: String(error), code: undefined }
  return { message: error.message, code: 'code' in error ? String(error.code) : undefined }
}
