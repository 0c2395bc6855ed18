import { MissingError } from '../../src/base/errors.ts'
import { pieceBytes } from '../../src/content/content.ts'
import type { LocalFiles } from '../../src/transfer/changes/changes.ts'
import { contentOfBytes, layerOfBytes } from './content-of-bytes.ts'

/** Files of this computer that are none. What stands under a name may be changed while it is sent. */
export class MemoryLocalFiles implements LocalFiles {
  readonly bytesByPath = new Map<string, Uint8Array>()
  opened = 0

  put(path: string, bytes: Uint8Array | string): this {
    this.bytesByPath.set(path, Buffer.from(bytes))
    return this
  }

  async open(path: string) {
    const bytes = this.bytesByPath.get(path)
    if (!bytes) throw new MissingError(`There is no ${path}.`)
    this.opened++
    return {
      content: contentOfBytes(bytes),
      layer: bytes.length > pieceBytes ? layerOfBytes(bytes) : undefined,
      piece: async (index: number) =>
        (this.bytesByPath.get(path) ?? bytes).subarray(
          index * pieceBytes,
          (index + 1) * pieceBytes,
        ),
      [Symbol.asyncDispose]: async () => void this.opened--,
    }
  }
}
