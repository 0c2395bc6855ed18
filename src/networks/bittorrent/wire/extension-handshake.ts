import type { BencodedDictionary } from '../bencode/bencode.ts'
import { decodeDictionary } from '../bencode/decode.ts'
import { encode } from '../bencode/encode.ts'
import { ProtocolError } from './protocol-error.ts'

/**
 * What a peer can beyond the base protocol: a bencoded dictionary. BEP 10.
 *     key            meaning                                             source
 *     m              name of each extension -> the number it has here
 *     metadata_size  bytes of the info dictionary, if it is known        BEP 9
 *     p              the port at which the sender listens
 *     reqq           how many requests it lets wait
 *     v              name and version of the program
 *     yourip         the address at which it sees the receiver
 *     upload_only    1: it downloads nothing (a seed, or a part of one)  BEP 21
 */
export interface ExtensionHandshake {
  readonly extensions: ReadonlyMap<string, number>
  readonly metadataBytes: number | undefined
  readonly port: number | undefined
  readonly requestsMax: number | undefined
  /** Untrusted. */
  readonly client: string | undefined
  readonly isUploadOnly: boolean
}

/** The extensions that this node has, with the numbers by which it is to be told them. */
export const ownExtensions = { ut_metadata: 1, ut_pex: 2, lt_donthave: 3, upload_only: 4 } as const

export type ExtensionName = keyof typeof ownExtensions

export function encodeExtensionHandshake(
  handshake: Omit<ExtensionHandshake, 'extensions'> & {
    readonly remoteAddress: Uint8Array | undefined
    readonly hides: readonly ExtensionName[]
  },
): Uint8Array {
  const offered = Object.entries(ownExtensions).filter(
    ([name]) => !handshake.hides.some((hidden) => hidden === name),
  )
  return encode({
    m: Object.fromEntries(offered),
    metadata_size: handshake.metadataBytes,
    p: handshake.port,
    reqq: handshake.requestsMax,
    upload_only: handshake.isUploadOnly ? 1 : undefined,
    v: handshake.client,
    yourip: handshake.remoteAddress,
  })
}

/** What has the wrong form is left out. Throws ProtocolError if it is no dictionary. */
export function decodeExtensionHandshake(payload: Uint8Array): ExtensionHandshake {
  const found = dictionaryIn(payload)
  const extensions = new Map<string, number>()
  for (const [name, number] of found.dictionary('m')?.entries ?? []) {
    if (typeof number === 'number' && number > 0 && number < 256) extensions.set(name, number)
  }
  return {
    extensions,
    metadataBytes: positive(found.integer('metadata_size'), metadataBytesMax),
    port: positive(found.integer('p'), 65_535),
    requestsMax: positive(found.integer('reqq'), Number.MAX_SAFE_INTEGER),
    client: found.text('v'),
    isUploadOnly: found.integer('upload_only') === 1,
  }
}

function dictionaryIn(payload: Uint8Array): BencodedDictionary {
  try {
    return decodeDictionary(payload, { keys: 'any', depthMax: 5, tokensMax: 1000 })
  } catch {
    throw new ProtocolError("its extensions' handshake can't be read")
  }
}

function positive(value: number | undefined, max: number): number | undefined {
  return value !== undefined && value > 0 && value <= max ? value : undefined
}

/** More than the dictionaries of the largest torrents: 2 million SHA-1 are 40 MB. */
export const metadataBytesMax = 64 * 1024 * 1024
