import type { Clock } from '../../../base/clock.ts'
import { InterruptedError } from '../../../base/errors.ts'
import type { Random } from '../../../base/random.ts'
import type { ByteDuplex, SwarmId } from '../bittorrent.ts'
import { parseSwarmId } from '../swarm-id.ts'
import type { EncryptionPolicy } from '../wire/encryption/encryption.ts'
import { initiateEncryption } from '../wire/encryption/initiate.ts'
import { respondEncryption } from '../wire/encryption/respond.ts'
import {
  decodeHandshake,
  encodeHandshake,
  greetingBytes,
  handshakeBytes,
  isPlainGreeting,
} from '../wire/handshake.ts'
import type { Handshake } from '../wire/handshake.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import { DuplexChannel } from './duplex-channel.ts'

/** What both sides of every greeting need. */
export interface GreetingParts {
  readonly policy: EncryptionPolicy
  readonly random: Random
  readonly clock: Clock
}

/** A connection of which both sides know what it is about. */
export interface Greeted {
  readonly channel: DuplexChannel
  readonly theirs: Handshake
  readonly isEncrypted: boolean
}

/** Greets a peer that we have dialled, encrypted or not. Closes the connection, and rejects, if it can't be. */
export function greet(
  duplex: ByteDuplex,
  ours: Handshake,
  how: GreetingParts & { readonly isEncrypted: boolean; readonly swarms: readonly SwarmId[] },
  signal: AbortSignal,
): Promise<Greeted> {
  return withDeadline(duplex, how.clock, signal, async (channel) => {
    const first = encodeHandshake(ours)
    if (how.isEncrypted) {
      const { swarm } = ours
      channel.ciphers = await initiateEncryption(channel, { ...how, swarm, first })
    } else channel.write(first)
    const theirs = decodeHandshake(await channel.take(handshakeBytes))
    // Whoever was met under the v1 hash may answer with that of v2 (BEP 52).
    if (!how.swarms.includes(parseSwarmId(theirs.swarm))) {
      throw new ProtocolError('it has another torrent')
    }
    return { channel, theirs, isEncrypted: how.isEncrypted }
  })
}

/**
 * Answers a peer that has dialled us. `answer` gives our handshake for the swarm that it names, or throws if
 * we are not in that. Closes the connection, and rejects, if it can't be answered.
 */
export function answerGreeting(
  duplex: ByteDuplex,
  how: GreetingParts & {
    readonly swarms: () => Iterable<Uint8Array>
    readonly answer: (theirs: Handshake) => Handshake
  },
  signal: AbortSignal,
): Promise<Greeted> {
  return withDeadline(duplex, how.clock, signal, async (channel) => {
    const isEncrypted = !isPlainGreeting(await channel.peek(greetingBytes))
    if (isEncrypted && how.policy === 'refused') throw new ProtocolError('it is encrypted')
    if (!isEncrypted && how.policy === 'forced') throw new ProtocolError('it is not encrypted')
    if (isEncrypted) {
      const { ciphers, first } = await respondEncryption(channel, {
        ...how,
        swarms: how.swarms(),
      })
      channel.ciphers = ciphers
      channel.putBack(first)
    }
    const theirs = decodeHandshake(await channel.take(handshakeBytes))
    channel.write(encodeHandshake(how.answer(theirs)))
    return { channel, theirs, isEncrypted }
  })
}

async function withDeadline(
  duplex: ByteDuplex,
  clock: Clock,
  signal: AbortSignal,
  talk: (channel: DuplexChannel) => Promise<Greeted>,
): Promise<Greeted> {
  const stop = () => duplex.close()
  using _ = clock.after(greetingMsMax, stop)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await talk(new DuplexChannel(duplex))
  } catch (error) {
    duplex.close()
    throw signal.aborted ? new InterruptedError(signal.reason) : error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** As patient as libtorrent is (handshake_timeout). */
const greetingMsMax = 10_000
