import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** A thread that writes into the file at `path` without pause, until it is disposed. */
export async function startScribbling(path: string): Promise<AsyncDisposable> {
  const worker = new Worker(`(${scribbleForEver.toString()})()`, { eval: true, workerData: path })
  await once(worker, 'message')
  return { [Symbol.asyncDispose]: async () => void (await worker.terminate()) }
}

/** Runs in the thread, as text: it may use nothing from around it. */
function scribbleForEver(): void {
  const { openSync, writeSync } = process.getBuiltinModule('node:fs')
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const file = openSync(workerData, 'r+')
  parentPort?.postMessage('scribbling')
  for (let byte = 0; ; byte = (byte + 1) % 256) writeSync(file, Uint8Array.of(byte), 0, 1, 0)
}
