import { sha256 } from '../base/bytes.ts'
import { encodeCbor } from '../base/cbor.ts'
import { MalformedError } from '../base/errors.ts'
import { hashBytes, parsePageHash } from '../content/content-id.ts'
import { peerIdBytes, peerIdOf } from '../mesh/identity/peer-id.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { HeadError } from './errors.ts'
import { shareIdBytes, shareIdOf } from './share-id.ts'
import { isSignedByShare } from './share-key.ts'
import type { ShareKey } from './share-key.ts'
import type { Head, ShareId, SignedHead } from './shares.ts'
import { encodeSealed, parseSealed, parseStatement } from './statement.ts'
import type { Fields } from './statement.ts'

/** Peers that a head can shut out by name: it has to stay small, since every reader gets every head. */
export const revokedMax = 64

/** What is hashed as the next head's `previous`: the statement without its signature. 32 bytes. */
export function headHash(head: Head): Uint8Array {
  return sha256(encodeHead(head))
}

export function signHead(head: Head, key: ShareKey): SignedHead {
  const statement = encodeHead(head)
  const signature = key.sign(headDomain, statement)
  return { head, bytes: encodeSealed({ statement, signature, authority: undefined }) }
}

/** Reads a head that came as one of `share`. Throws HeadError unless its form is right and the share's key has signed it. */
export function parseSignedHead(bytes: Uint8Array, share: ShareId): SignedHead {
  const { statement, signature, head } = readHead(bytes)
  if (head.share !== share) throw new HeadError('it belongs to another share')
  if (!isSignedByShare(share, headDomain, statement, signature)) {
    throw new HeadError("the share's key has not signed it")
  }
  return { head, bytes }
}

/**
 * The statement of a head, a CBOR map.
 *     key          type         meaning
 *     share        32 bytes     the share's public key
 *     sequence     from 1       counts up
 *     previous     32 bytes     hash of the head before; zeros for the first
 *     tree         32 bytes     the top page of the share's root directory
 *     files bytes  from 0       totals of the tree
 *     time         ms           when it was made, by the owner's clock
 *     read change  from 1       the generation of each scope
 *     indexing     bool         whether more is to come
 *     revoked      0 to 64 ids  in the order of their bytes, none twice
 * Source: docs/protocols/heads.md
 */
function encodeHead(head: Head): Uint8Array {
  return encodeCbor({
    share: shareIdBytes(head.share),
    sequence: head.sequence,
    previous: head.previous,
    tree: hashBytes(head.summary.tree),
    files: head.summary.files,
    bytes: head.summary.bytes,
    time: head.timeMs,
    read: head.generations.read,
    change: head.generations.change,
    indexing: head.indexing,
    revoked: sortedPeers(head.revoked),
  })
}

function headOf(fields: Fields): Head {
  const sequence = fields.count('sequence', 1)
  const previous = fields.bytes('previous', 32)
  if ((sequence === 1) !== previous.every((byte) => byte === 0)) {
    throw new MalformedError('head', 'the first head, and no other, has none before it')
  }
  return {
    share: shareIdOf(fields.bytes('share', 32)),
    sequence,
    previous,
    summary: {
      tree: parsePageHash(fields.bytes('tree', 32)),
      files: fields.count('files'),
      bytes: fields.count('bytes'),
    },
    timeMs: fields.count('time'),
    generations: { read: fields.count('read', 1), change: fields.count('change', 1) },
    indexing: fields.flag('indexing'),
    revoked: fields.bytesList('revoked', 32, revokedMax).map(peerIdOf),
  }
}

function readHead(bytes: Uint8Array) {
  try {
    const { statement, signature, authority } = parseSealed(bytes, 'head', headBytesMax)
    if (authority) throw new MalformedError('head', 'nobody signs it but the share itself')
    return { statement, signature, head: parseStatement(statement, 'head', headOf, encodeHead) }
  } catch (cause) {
    if (cause instanceof MalformedError) throw new HeadError('its form is wrong', cause)
    throw cause
  }
}

function sortedPeers(peers: readonly PeerId[]): Uint8Array[] {
  return [...new Set(peers)].map(peerIdBytes).toSorted((a, b) => Buffer.compare(a, b))
}

const headDomain = 'fullmesh head 1'
const headBytesMax = 4096
