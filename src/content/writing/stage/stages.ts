import { pieceBytes } from '../../content.ts'
import type { ContentId, Stage } from '../../content.ts'
import { diskFailure } from '../disk/disk-failure.ts'
import { newOwnId } from '../disk/own-id.ts'
import { freeBytesOf } from '../disk/space.ts'
import type { Journal, StageRecord } from '../journal/journal.ts'
import type { JobRunner } from '../thread/jobs.ts'
import type { WritingSurroundings, WritingTools } from '../tools.ts'
import { FileStage } from './file-stage.ts'
import type { PieceFiles, StageHouse } from './file-stage.ts'

/** The stages of one folder: which are open, and which an earlier run has left. */
export class Stages implements AsyncDisposable {
  readonly #journal: Journal
  readonly #thread: JobRunner
  readonly #surroundings: WritingSurroundings
  readonly #house: StageHouse
  readonly #openById = new Map<string, FileStage | 'opening'>()

  constructor(tools: WritingTools & { readonly pieces: PieceFiles }) {
    const { journal, pieces, root, surroundings, thread } = tools
    this.#journal = journal
    this.#thread = thread
    this.#surroundings = surroundings
    this.#house = {
      journal,
      pieces,
      surroundings,
      explained: (error, neededBytes) =>
        diskFailure(error, { path: root, neededBytes, freeBytes: () => freeBytesOf(root) }),
      removeFile: (id) => thread.run('discard', [{ room: 'stage', id }]),
      left: (stage) => this.#openById.delete(stage.id),
    }
  }

  /** The fullest unfinished stage of this content that nobody has open, or a new one. */
  async open(content: ContentId): Promise<FileStage> {
    const unfinished = await this.#journal.unfinished(content)
    for (const record of unfinished.toSorted((a, b) => b.have.size - a.have.size)) {
      const stage = this.#openById.has(record.id) ? undefined : await this.#open(record, 'old')
      if (stage) return stage
    }
    const id = newOwnId(this.#surroundings.random)
    const touchedAtMs = this.#surroundings.clock.now()
    const record = { id, content, layer: undefined, have: new Set<number>(), touchedAtMs }
    const stage = await this.#open(record, 'new')
    if (!stage) throw new Error('a stage was made and is not there')
    return stage
  }

  async #open(record: StageRecord, age: 'new' | 'old'): Promise<FileStage | undefined> {
    const { content, have, id } = record
    const { length } = content
    const waitingBytes = [...this.#openById.values()].reduce(
      (sum, stage) => sum + (stage === 'opening' ? 0 : stage.missingBytes),
      0,
    )
    this.#openById.set(id, 'opening')
    try {
      if (age === 'new') await this.#journal.addStage(record)
      const opened = await this.#thread.run('openStage', {
        id,
        isNew: age === 'new',
        lengthMin: endOfLast(record),
        neededBytes: Math.max(0, length - have.size * pieceBytes) + waitingBytes,
      })
      if (!opened) {
        await this.#journal.settle({ usedStages: [id] })
        this.#openById.delete(id)
        return undefined
      }
      const stage = new FileStage(record, opened.file, this.#house)
      this.#openById.set(id, stage)
      return stage
    } catch (error) {
      this.#openById.delete(id)
      if (age === 'new') await this.#journal.settle({ usedStages: [id] })
      throw error
    }
  }

  /** The stage as one of ours. */
  own(stage: Stage): FileStage {
    if (stage instanceof FileStage && this.#openById.get(stage.id) === stage) return stage
    throw new Error('this stage is of another folder, or is used up')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stage of this.#openById.values()) if (stage !== 'opening') await stage.close()
  }
}

/** As long as the file has to be if the disk kept what the journal says. */
function endOfLast({ content, have }: StageRecord): number {
  const last = [...have].reduce((a, b) => Math.max(a, b), -1)
  return Math.min(content.length, (last + 1) * pieceBytes)
}
