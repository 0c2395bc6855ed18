import { equalBytes } from '../../../../base/bytes.ts'
import type { Random } from '../../../../base/random.ts'
import { ProtocolError } from '../protocol-error.ts'
import type { ByteChannel } from './byte-queue.ts'
import {
  KeyAgreement,
  labelled,
  methods,
  openCiphers,
  padding,
  paddingBytesMax,
  plainStream,
  publicKeyBytes,
  takenMethod,
  verification,
  xor,
} from './encryption.ts'
import type { EncryptionPolicy, StreamCiphers } from './encryption.ts'

/** How a connection goes on, and what A sent ahead, decrypted. */
export interface Responded {
  readonly ciphers: StreamCiphers
  readonly first: Uint8Array
}

/** The part of B: answers an encrypted connection. `swarms` are those that A may mean. Throws ProtocolError. */
export async function respondEncryption(
  channel: ByteChannel,
  how: {
    readonly swarms: Iterable<Uint8Array>
    readonly policy: EncryptionPolicy
    readonly random: Random
  },
): Promise<Responded> {
  const { swarms, policy, random } = how
  const agreement = new KeyAgreement(random)
  const publicKey = await channel.take(publicKeyBytes)
  const secret = agreement.secretWith(publicKey)
  channel.write(Buffer.concat([agreement.publicKey, padding(random)]))

  await channel.takeThrough(labelled('req1', secret), paddingBytesMax)
  const swarm = findSwarm(swarms, xor(await channel.take(20), labelled('req3', secret)))
  const { a, b } = openCiphers(secret, swarm)
  const fields = await channel.take(verification.length + 6)
  a.apply(fields)
  if (!equalBytes(fields.subarray(0, verification.length), verification)) {
    throw new ProtocolError('its encryption does not fit its key')
  }
  const method = takenMethod(fields.readUInt32BE(verification.length), policy)
  const first = await takeFirst(channel, a, fields.readUInt16BE(verification.length + 4))

  const answer = Buffer.alloc(verification.length + 6)
  answer.writeUInt32BE(methods[method], verification.length)
  b.apply(answer)
  channel.write(answer)
  return { first, ciphers: method === 'rc4' ? { in: a, out: b } : plainStream }
}

/** The beginning of what follows, behind a second padding. */
async function takeFirst(
  channel: ByteChannel,
  cipher: { apply(bytes: Uint8Array): void },
  paddingBytes: number,
): Promise<Uint8Array> {
  if (paddingBytes > paddingBytesMax) throw new ProtocolError('its padding is too long')
  const padded = await channel.take(paddingBytes + 2)
  cipher.apply(padded)
  const first = await channel.take(padded.readUInt16BE(paddingBytes))
  cipher.apply(first)
  return first
}

function findSwarm(swarms: Iterable<Uint8Array>, name: Uint8Array): Uint8Array {
  for (const swarm of swarms) {
    if (equalBytes(labelled('req2', swarm), name)) return swarm
  }
  throw new ProtocolError('it asks for a torrent that is not here')
}
