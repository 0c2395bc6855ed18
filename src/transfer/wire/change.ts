import type { CborValue } from '../../base/cbor.ts'
import { decodeCbor, encodeCbor } from '../../base/cbor.ts'
import { MalformedError, NodeError } from '../../base/errors.ts'
import type { Base, SharePath } from '../../content/content.ts'
import type { ContentId } from '../../content/content.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import { signStatement, verifyStatement } from '../../mesh/identity/signature.ts'
import type { Identity, PeerId } from '../../mesh/mesh.ts'
import { parseShareId } from '../../shares/share-id.ts'
import type { ShareId } from '../../shares/shares.ts'
import type { RemotePut } from '../transfer.ts'
import { binIdCharsMax } from './bin-listing.ts'
import { contentFields, parseContent, parsePath } from './content-fields.ts'
import type { FieldMap } from './fields.ts'
import {
  asExactBytes,
  asFlag,
  asOneOf,
  asRecord,
  asText,
  asTimeMs,
  asBytes,
  decodeMap,
} from './fields.ts'

/**
 * What a writer asks an owner to do: the body of `POST /1/shares/:share/changes`. At most 64 KiB.
 * `[statement, signature]`: a map as CBOR in bytes, and 64 bytes of Ed25519 by the writer's key over
 * `fullmesh change 1`, a zero byte and the statement.
 *     field       of      meaning
 *     v           all     1
 *     share       all     ShareId
 *     id          all     16 random bytes: asking again with the same id is harmless
 *     writer      all     PeerId of whoever signed
 *     timeMs      all     when it was made, by the writer's clock: for people, decides nothing
 *     what        all     put, make, move, remove or restore
 *     path        all     the path that is changed; of a restore: where to
 *     root        put     of the new content, 32 bytes
 *     length      put     of the new content
 *     mtimeMs     put     of the new file
 *     executable  put     of the new file
 *     base        put,    what the writer believes to be there: absent, any or [root, length]
 *                 remove
 *     to          move    where to
 *     item        restore what of the owner's versions and trash, by its id
 * Source: docs/protocols/transfer.md
 */
export type Change = ChangeStamp & ChangeAction

export interface ChangeStamp {
  readonly share: ShareId
  readonly id: Uint8Array
  readonly writer: PeerId
  readonly timeMs: number
}

export type ChangeAction =
  | ({ readonly what: 'put'; readonly content: ContentId } & RemotePut)
  | { readonly what: 'make'; readonly path: SharePath }
  | { readonly what: 'move'; readonly path: SharePath; readonly to: SharePath }
  | { readonly what: 'remove'; readonly path: SharePath; readonly base: Base }
  | { readonly what: 'restore'; readonly path: SharePath; readonly item: string }

/** The signature of a change is not that of its writer. */
export class ForgedChangeError extends NodeError {
  override readonly name = 'ForgedChangeError'
  readonly kind = 'denied'
  constructor() {
    super('The signature of this change is not that of its writer.')
  }
}

export const changeBytesMax = 64 * 1024
export const changeIdBytes = 16

export function encodeChange(change: Change, identity: Identity): Uint8Array {
  const statement = encodeCbor(statementOf(change))
  return encodeCbor([statement, signStatement(identity, domain, statement)])
}

/** Throws MalformedError, NameError for a path that can't be, and ForgedChangeError. */
export function parseChange(data: Uint8Array): Change {
  const [first, second] = asRecord(decodeCbor(data, 'change'), 'change', 2)
  const statement = asBytes(first, 'statement of a change', changeBytesMax)
  const change = parseStatement(decodeMap(statement, 'statement of a change'))
  const signature = asExactBytes(second, 'signature of a change', signatureBytes)
  if (!verifyStatement(change.writer, domain, statement, signature)) throw new ForgedChangeError()
  return change
}

function statementOf(change: Change): Record<string, CborValue> {
  const { share, id, writer, timeMs, what, path } = change
  const stamp = { v: version, share, id, writer, timeMs, what, path }
  switch (change.what) {
    case 'put': {
      const [root = null, length = null] = contentFields(change.content)
      return { ...stamp, root, length, ...change.attributes, base: baseValue(change.base) }
    }
    case 'make':
      return stamp
    case 'move':
      return { ...stamp, to: change.to }
    case 'remove':
      return { ...stamp, base: baseValue(change.base) }
    case 'restore':
      return { ...stamp, item: change.item }
  }
}

function parseStatement(map: FieldMap): Change {
  if (map['v'] !== version) throw new MalformedError('change', 'it is of another version')
  return {
    share: parseShareId(asText(map['share'], 'share of a change', 64)),
    id: asExactBytes(map['id'], 'id of a change', changeIdBytes),
    writer: parsePeerId(asText(map['writer'], 'writer of a change', 64)),
    timeMs: asTimeMs(map['timeMs'], 'time of a change'),
    ...parseAction(map),
  }
}

function parseAction(map: FieldMap): ChangeAction {
  const what = asOneOf(map['what'], 'kind of a change', actions)
  const path = parsePath(map['path'])
  if (path === '') throw new MalformedError('change', 'it names the share itself')
  switch (what) {
    case 'put':
      return {
        what,
        path,
        content: parseContent(map['root'], map['length']),
        attributes: {
          mtimeMs: asTimeMs(map['mtimeMs'], 'time of a file'),
          executable: asFlag(map['executable'], 'executable bit of a file'),
        },
        base: parseBase(map['base']),
      }
    case 'make':
      return { what, path }
    case 'move': {
      const to = parsePath(map['to'])
      if (to === '') throw new MalformedError('change', 'it moves to the share itself')
      return { what, path, to }
    }
    case 'remove':
      return { what, path, base: parseBase(map['base']) }
    case 'restore':
      return { what, path, item: asText(map['item'], 'item of a change', binIdCharsMax) }
  }
}

function baseValue(base: Base): CborValue {
  return typeof base === 'string' ? base : contentFields(base)
}

function parseBase(value: unknown): Base {
  if (value === 'absent' || value === 'any') return value
  const [root, length] = asRecord(value, 'base of a change', 2)
  return parseContent(root, length)
}

const actions = ['put', 'make', 'move', 'remove', 'restore'] as const
const version = 1
const domain = 'fullmesh change 1'
const signatureBytes = 64
