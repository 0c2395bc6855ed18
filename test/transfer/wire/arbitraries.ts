import * as fc from 'fast-check'
import { parsePageHash, parseRoot } from '../../../src/content/content-id.ts'
import type { ContentId, PageHash, SharePath } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { peerIdOf } from '../../../src/mesh/identity/peer-id.ts'
import type { Address, PeerId } from '../../../src/mesh/mesh.ts'
import { shareIdOf } from '../../../src/shares/share-id.ts'
import type { ShareId } from '../../../src/shares/shares.ts'
import type { FileWanted } from '../../../src/transfer/transfer.ts'

/** Values as messages of the peer protocol hold them, for properties. */
export const anyBytes = (bytesMax: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ maxLength: bytesMax })

export const exactBytes = (bytes: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes })

export const anyPeer: fc.Arbitrary<PeerId> = exactBytes(32).map(peerIdOf)
export const anyShare: fc.Arbitrary<ShareId> = exactBytes(32).map(shareIdOf)
export const anyPageHash: fc.Arbitrary<PageHash> = exactBytes(32).map(parsePageHash)

export const anyContent: fc.Arbitrary<ContentId> = fc.record({
  root: exactBytes(32).map(parseRoot),
  length: fc.integer({ min: 0, max: 2 ** 40 }),
})

/** Names with what percent-encoding, CBOR and people make of them. */
const anyName = fc.constantFrom(
  'a',
  'Ä ö',
  '100%',
  'a&b=c',
  '%2f',
  '文件.txt',
  '🎈',
  'x'.repeat(200),
)

export const anyPath: fc.Arbitrary<SharePath> = fc
  .array(anyName, { minLength: 1, maxLength: 8 })
  .map((names) => parseSharePath(names.join('/')))

export const anyWanted: fc.Arbitrary<FileWanted> = fc.record({ path: anyPath, content: anyContent })

export const anyAddress: fc.Arbitrary<Address> = fc.record({
  host: fc.constantFrom('192.0.2.7', '2001:db8::1', '10.1.2.3'),
  port: fc.integer({ min: 1, max: 65_535 }),
})
