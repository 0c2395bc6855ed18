import { parentPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'

/** The file of a worker that stands beside the module `importMetaUrl`, under the ending that this build has (.ts from source, .js when emitted). */
export function workerFile(name: string, importMetaUrl: string): URL {
  const ending = importMetaUrl.endsWith('.ts') ? '.ts' : '.js'
  return new URL(`./${name}${ending}`, importMetaUrl)
}

/** The port of the worker thread that this runs in. Throws if it runs in none. */
export function workerPort(): MessagePort {
  if (!parentPort) throw new Error('this file runs in a worker thread only')
  return parentPort
}
