import { Bitfield } from '../missing/bitfield.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { Message } from '../wire/wire.ts'
import type { HostPieces, PieceChange } from './talking.ts'

/**
 * What a peer says that it has. While nobody knows how many pieces there are, as with a magnet link, its words
 * are kept and read later.
 */
export class PeerPieces {
  #has: Bitfield | undefined
  #early: Message[] = []

  /** Empty while it is not known. */
  get has(): Bitfield {
    return this.#has ?? none
  }

  /** The number of pieces is known: reads what was said before. Throws ProtocolError. */
  begin({ count }: HostPieces): void {
    if (this.#has) return
    this.#has = new Bitfield(count)
    for (const message of this.#early.splice(0)) this.take(message)
  }

  /**
   * Takes `bitfield`, `have`, `have-all` and `have-none`, which some send again and again; returns what changed by
   * it. Throws ProtocolError.
   */
  take(message: Message): PieceChange | undefined {
    if (!this.#has) {
      if (this.#early.push(message) > earlyMax) throw new ProtocolError('it talks on and on')
      return undefined
    }
    const had = this.#has
    const { length } = had
    switch (message.kind) {
      case 'have':
        if (message.piece >= length) throw new ProtocolError('it has a piece that does not exist')
        return this.#has.add(message.piece) ? { kind: 'gained', piece: message.piece } : undefined
      case 'bitfield':
        this.#has = Bitfield.parse(message.bits, length)
        return { kind: 'all', had }
      case 'have-all':
        this.#has = Bitfield.full(length)
        return { kind: 'all', had }
      case 'have-none':
        this.#has = new Bitfield(length)
        return { kind: 'all', had }
      default:
        return undefined
    }
  }

  /** BEP 54. */
  lose(piece: number): PieceChange | undefined {
    return this.#has?.delete(piece) ? { kind: 'lost', piece } : undefined
  }
}

const none = new Bitfield(0)

/** As many pieces as may come in before the dictionary does. */
const earlyMax = 4096
