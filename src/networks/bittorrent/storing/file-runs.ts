import type { PieceLayout } from '../metainfo/piece-layout.ts'
import type { BlockToRead } from './storing.ts'

/** Bytes that lie together in one file and are read with one call, each part to its own place. */
export interface FileRun {
  readonly file: number
  readonly position: number
  readonly views: Uint8Array[]
  end: number
}

/** Where the blocks are. What is no file's is zeros, which are filled in here. */
export function fileRuns(layout: PieceLayout, blocks: readonly BlockToRead[]): FileRun[] {
  const runs: FileRun[] = []
  for (const { piece, begin, length, into } of blocks) {
    const start = piece * layout.info.pieceLength + begin
    const spans = layout.spansBetween(start, start + length)
    if (spans.length !== 1 || spans[0]?.length !== length) into.fill(0)
    for (const { file, fileOffset, at, length: count } of spans) {
      const view = into.subarray(at, at + count)
      const last = runs.at(-1)
      if (last?.file === file.index && last.end === fileOffset) {
        last.views.push(view)
        last.end += count
      } else {
        runs.push({
          file: file.index,
          position: fileOffset,
          views: [view],
          end: fileOffset + count,
        })
      }
    }
  }
  return runs
}
