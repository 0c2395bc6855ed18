import type { TorrentFile, TorrentInfo } from './metainfo.ts'

/** A part of a piece that lies in one file. */
export interface Span {
  readonly file: TorrentFile
  readonly fileOffset: number
  /** Where it begins in the piece. */
  readonly at: number
  readonly length: number
}

/** Which bytes of which files a piece is made of. */
export class PieceLayout {
  readonly info: TorrentInfo
  /** Files with bytes that are stored, in the order of the row. */
  readonly #stored: readonly TorrentFile[]

  constructor(info: TorrentInfo) {
    this.info = info
    this.#stored = info.files.filter((file) => file.kind === 'file' && file.length > 0)
  }

  /**
   * Bytes of piece `index` as peers ask for it: gaps count where there are pad files for them. In v2 alone a
   * piece ends with its file.
   */
  pieceBytes(index: number): number {
    return this.info.version === 'v2' ? this.hashedBytes(index) : this.rowBytesOf(index)
  }

  /** Bytes of the row that a piece stands for, gap or not. */
  rowBytesOf(index: number): number {
    const { pieceLength, rowBytes } = this.info
    return Math.min(pieceLength, rowBytes - index * pieceLength)
  }

  /** Bytes of piece `index` that a v2 hash covers: to the end of its file. */
  hashedBytes(index: number): number {
    const { info } = this
    const file = this.fileOfPiece(index)
    const start = index * info.pieceLength
    return file ? Math.min(info.pieceLength, file.offset + file.length - start) : 0
  }

  /** What is stored of piece `index`; all else in it is zeros. */
  spans(index: number): readonly Span[] {
    const start = index * this.info.pieceLength
    return this.spansBetween(start, start + this.pieceBytes(index))
  }

  /** Likewise for a part of the row; `at` counts from `start`. */
  spansBetween(start: number, end: number): readonly Span[] {
    const spans: Span[] = []
    for (let next = this.#firstEndingAfter(start); next < this.#stored.length; next++) {
      const file = this.#stored[next]
      if (!file || file.offset >= end) break
      const from = Math.max(start, file.offset)
      const length = Math.min(end, file.offset + file.length) - from
      spans.push({ file, fileOffset: from - file.offset, at: from - start, length })
    }
    return spans
  }

  /** The first file that has bytes in the piece: in v2 and hybrid torrents there is only one. */
  fileOfPiece(index: number): TorrentFile | undefined {
    return this.#stored[this.#firstEndingAfter(index * this.info.pieceLength)]
  }

  /** The pieces that a file needs, `end` not among them; none if it is empty. */
  piecesOf(file: TorrentFile): { readonly first: number; readonly end: number } {
    const { pieceLength } = this.info
    const first = Math.floor(file.offset / pieceLength)
    const end = file.length === 0 ? first : Math.ceil((file.offset + file.length) / pieceLength)
    return { first, end }
  }

  #firstEndingAfter(offset: number): number {
    let [low, high] = [0, this.#stored.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const file = this.#stored[middle]
      if (file && file.offset + file.length > offset) high = middle
      else low = middle + 1
    }
    return low
  }
}
