/**
 * Message stream encryption (MSE, also called protocol encryption). It hides what a connection is from
 * whoever sorts traffic by its first bytes. It proves nobody's identity and is no secret from an attacker.
 *
 *     who  sends
 *     A    Ya, up to 512 random bytes
 *     B    Yb, up to 512 random bytes
 *     A    SHA1('req1', S), SHA1('req2', swarm) xor SHA1('req3', S),
 *          RC4(8 zeros, methods offered (4), length (2) of padding, padding, length (2) of IA), RC4(IA)
 *     B    RC4(8 zeros, method taken (4), length (2) of padding, padding)
 *     both what follows, under the method taken: 1 plain, 2 RC4
 *
 * Y = 2^x mod P in 96 bytes; S = 2^(xa xb) mod P. RC4's keys are SHA1('keyA' or 'keyB', S, swarm), and the
 * first 1,024 bytes of each stream go unused. IA is the beginning of what follows, sent at once.
 * Source: "Message Stream Encryption" of the Vuze wiki, which all clients follow
 */
import { createDiffieHellman, createHash } from 'node:crypto'
import type { Random } from '../../../../base/random.ts'
import { ProtocolError } from '../protocol-error.ts'
import { Rc4 } from './rc4.ts'

/** Whether connections are encrypted. `preferred` tries the other way when one fails; `forced` means RC4 throughout. */
export type EncryptionPolicy = 'forced' | 'preferred' | 'refused'

/** How both directions go on after the handshake. Undefined: as they are. */
export interface StreamCiphers {
  readonly in: Rc4 | undefined
  readonly out: Rc4 | undefined
}

export const plainStream: StreamCiphers = { in: undefined, out: undefined }

/** As bits, so that several can be offered. */
export const methods = { plain: 1, rc4: 2 } as const

export function offeredMethods(policy: EncryptionPolicy): number {
  return policy === 'forced' ? methods.rc4 : methods.plain | methods.rc4
}

/** Plain if both would have it, because the encryption keeps no secret and costs much. Throws ProtocolError. */
export function takenMethod(offered: number, policy: EncryptionPolicy): 'plain' | 'rc4' {
  if (policy !== 'forced' && (offered & methods.plain) !== 0) return 'plain'
  if ((offered & methods.rc4) !== 0) return 'rc4'
  throw new ProtocolError('it offers no encryption that both sides have')
}

/** One side's half of the agreement on S. */
export class KeyAgreement {
  readonly publicKey: Uint8Array
  readonly #half: ReturnType<typeof createDiffieHellman>

  constructor(random: Random) {
    this.#half = createDiffieHellman(prime, generator)
    this.#half.setPrivateKey(random.bytes(privateKeyBytes))
    this.publicKey = fixed(this.#half.generateKeys())
  }

  /** S. Throws ProtocolError for a key that gives it away. */
  secretWith(publicKey: Uint8Array): Uint8Array {
    try {
      return fixed(this.#half.computeSecret(publicKey))
    } catch {
      throw new ProtocolError('its key is none')
    }
  }
}

/** SHA-1 of the parts behind the label. */
export function labelled(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha1').update(label)
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The streams of whoever began (A) and whoever answered (B). */
export function openCiphers(secret: Uint8Array, swarm: Uint8Array): { a: Rc4; b: Rc4 } {
  const [a, b] = ['keyA', 'keyB'].map((label) => new Rc4(labelled(label, secret, swarm)))
  if (!a || !b) throw new Error('two labels give two ciphers')
  a.skip(skippedBytes)
  b.skip(skippedBytes)
  return { a, b }
}

export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, at) => byte ^ (b[at] ?? 0))
}

/** Random in length as well, so that no packet has a telling size. */
export function padding(random: Random): Uint8Array {
  const [high = 0, low = 0] = random.bytes(2)
  return random.bytes(((high << 8) | low) % (paddingBytesMax + 1))
}

function fixed(number: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.alloc(Math.max(0, publicKeyBytes - number.length)), number])
}

export const publicKeyBytes = 96

export const paddingBytesMax = 512

/** Eight zeros, by which either side finds where the other's encrypted part begins. */
export const verification = new Uint8Array(8)

const skippedBytes = 1024

const privateKeyBytes = 20

const generator = 2

/** 768 bits: the first group of Oakley (RFC 2409). */
const prime = Buffer.from(
  'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
    'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563',
  'hex',
)
