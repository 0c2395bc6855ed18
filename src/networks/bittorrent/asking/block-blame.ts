/**
 * Who sent wrong bytes, where hashes cover more than one block (v1). Pure.
 *
 * If a wrong piece came from one peer, it was that one. If from several, what each sent is remembered as
 * hashes; when the piece has come right, whoever sent something else is the one.
 */
import { sha256 } from '../../../base/bytes.ts'
import { toHex } from '../../../base/bytes.ts'
import type { OpenPiece, Provider } from '../missing/open-piece.ts'

interface Suspicion<Suspect> {
  readonly block: number
  readonly suspect: Suspect
  readonly hash: string
}

export class BlockBlame<Suspect extends Provider> {
  readonly #byPiece = new Map<number, Suspicion<Suspect>[]>()

  /** The piece is wrong. Returns whoever it was, if it can be said already. */
  wrong(
    piece: OpenPiece,
    isSuspect: (provider: Provider) => provider is Suspect,
  ): Suspect | undefined {
    const providers = [...piece.providers()]
    const [only] = providers
    if (providers.length === 1 && only && isSuspect(only)) return only
    if (this.#byPiece.size >= suspectedMax) return undefined
    const suspicions = this.#byPiece.get(piece.index) ?? []
    for (let block = 0; block < piece.blockCount; block++) {
      const suspect = piece.broughtBy(block)
      if (suspect && isSuspect(suspect)) {
        suspicions.push({ block, suspect, hash: hashOf(piece, block) })
      }
    }
    this.#byPiece.set(piece.index, suspicions.slice(-suspicionsMax))
    return undefined
  }

  /** The piece has come right. Returns those who had sent something else. */
  right(piece: OpenPiece): Set<Suspect> {
    const suspicions = this.#byPiece.get(piece.index) ?? []
    this.#byPiece.delete(piece.index)
    return new Set(
      suspicions.flatMap(({ block, suspect, hash }) =>
        hash === hashOf(piece, block) ? [] : [suspect],
      ),
    )
  }
}

function hashOf(piece: OpenPiece, block: number): string {
  const { begin, length } = piece.place(block)
  return toHex(sha256(piece.bytes.slice(begin, begin + length)))
}

const suspectedMax = 32

const suspicionsMax = 4096
