import type { Clock } from '../../base/clock.ts'
import { MalformedError, NodeError } from '../../base/errors.ts'

/** The far side sends nothing, or so little that it amounts to the same. */
export class StalledError extends NodeError {
  override readonly name = 'StalledError'
  readonly kind = 'offline'
  constructor() {
    super('The other side has stopped sending. Try again later.')
  }
}

/** A whole body of at most `bytesMax`. Throws MalformedError as soon as it is longer; `subject` names it. */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
  subject: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let held = 0
  for await (const chunk of body) {
    held += chunk.length
    if (held > bytesMax) throw new MalformedError(subject, `it is longer than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What `wanted` becomes, or StalledError after `waitMs`. */
export function inTime<Value>(
  wanted: Promise<Value>,
  clock: Clock,
  waitMs: number,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const alarm = clock.after(waitMs, () => reject(new StalledError()))
    wanted.then(resolve, reject).finally(() => alarm[Symbol.dispose]())
  })
}
