import type { Random } from '../../../../base/random.ts'
import { ProtocolError } from '../protocol-error.ts'
import type { ByteChannel } from './byte-queue.ts'
import {
  KeyAgreement,
  labelled,
  methods,
  offeredMethods,
  openCiphers,
  padding,
  paddingBytesMax,
  plainStream,
  publicKeyBytes,
  verification,
  xor,
} from './encryption.ts'
import type { EncryptionPolicy, StreamCiphers } from './encryption.ts'

/**
 * The part of A: encrypts a connection that we made, and sends `first` with it. Throws ProtocolError; the
 * far side may as well just hang up, which is how those without encryption answer.
 */
export async function initiateEncryption(
  channel: ByteChannel,
  how: {
    readonly swarm: Uint8Array
    readonly policy: EncryptionPolicy
    readonly random: Random
    readonly first: Uint8Array
  },
): Promise<StreamCiphers> {
  const { swarm, policy, random, first } = how
  const agreement = new KeyAgreement(random)
  channel.write(Buffer.concat([agreement.publicKey, padding(random)]))
  const secret = agreement.secretWith(await channel.take(publicKeyBytes))
  const { a, b } = openCiphers(secret, swarm)

  const fields = Buffer.alloc(verification.length + 8)
  fields.writeUInt32BE(offeredMethods(policy), verification.length)
  fields.writeUInt16BE(first.length, verification.length + 6)
  const encrypted = Buffer.concat([fields, first])
  a.apply(encrypted)
  const name = xor(labelled('req2', swarm), labelled('req3', secret))
  channel.write(Buffer.concat([labelled('req1', secret), name, encrypted]))

  // Where B's encrypted part begins is known by what the eight zeros look like under its cipher.
  const sign = new Uint8Array(verification)
  b.apply(sign)
  await channel.takeThrough(sign, paddingBytesMax)
  const answer = await channel.take(6)
  b.apply(answer)
  const [method, paddingBytes] = [answer.readUInt32BE(0), answer.readUInt16BE(4)]
  if (paddingBytes > paddingBytesMax) throw new ProtocolError('its padding is too long')
  b.apply(await channel.take(paddingBytes))
  if (method === methods.rc4) return { in: b, out: a }
  if (method === methods.plain && policy !== 'forced') return plainStream
  throw new ProtocolError('it takes an encryption that was not offered')
}
