import { Topic } from '../../base/topic.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { ShareId } from '../../shares/shares.ts'
import type { ConflictNotice } from '../transfer.ts'
import type { NoticeBoard } from '../wire/wire.ts'

/** Word for peers that may not be there now. The newest are kept, in memory: what matters is in the log and on the disk. */
export class Notices implements NoticeBoard {
  readonly posted = new Topic<ShareId>()
  readonly #noticesByReader = new Map<string, ConflictNotice[]>()

  post(share: ShareId, peer: PeerId, notice: ConflictNotice): void {
    const key = `${share} ${peer}`
    const notices = this.#noticesByReader.get(key) ?? []
    // Set anew, so that whoever was written to last comes last.
    this.#noticesByReader.delete(key)
    this.#noticesByReader.set(key, [...notices, notice].slice(-noticesMax))
    const [oldest] = this.#noticesByReader.keys()
    if (this.#noticesByReader.size > readersMax && oldest) this.#noticesByReader.delete(oldest)
    this.posted.publish(share)
  }

  take(share: ShareId, peer: PeerId): readonly ConflictNotice[] {
    const key = `${share} ${peer}`
    const notices = this.#noticesByReader.get(key) ?? []
    this.#noticesByReader.delete(key)
    return notices
  }
}

const noticesMax = 64
const readersMax = 256
