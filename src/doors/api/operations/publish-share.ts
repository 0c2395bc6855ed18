import { NodeError } from '../../../base/errors.ts'
import type { SharePath } from '../../../content/content.ts'
import { joinPath, sharePathOfRoot } from '../../../content/names.ts'
import { writeMetainfo } from '../../../networks/bittorrent/metainfo/write-metainfo.ts'
import type { MadeFile } from '../../../networks/bittorrent/storing/make-torrent.ts'
import type { ShareReader } from '../../../shares/shares.ts'
import type { Handler } from '../api.ts'
import { ownShare } from '../place.ts'

/** What is not open to everyone is named on no public network. */
class NotOpenError extends NodeError {
  override readonly name = 'NotOpenError'
  readonly kind = 'denied'
  constructor(share: string) {
    super(
      `"${share}" is not open to everyone, and on BitTorrent anybody could have it. If that is what you want: ` +
        `fullmesh share set "${share}" --read everyone`,
    )
  }
}

/** There is nothing to publish. */
class EmptyShareError extends NodeError {
  override readonly name = 'EmptyShareError'
  readonly kind = 'nothing'
}

/** Makes a torrent of what the share holds now, and seeds the files where they are. */
export const publishShare: Handler<'publishShare'> = async (desk, request, signal) => {
  const share = ownShare(desk, request.share)
  const { version, trackers } = request
  if (share.settings.read !== 'everyone') throw new NotOpenError(share.settings.name)
  await share.headNow()
  const files = await filesOf(share.reader, sharePathOfRoot)
  const bytes = files.reduce((sum, { length }) => sum + length, 0)
  if (bytes === 0) throw new EmptyShareError(`"${share.settings.name}" holds no bytes to publish.`)
  const publication = { folder: share.folder.path, files, version, trackers }
  const torrent = await desk.torrents.publish(publication, signal)
  const { metainfo } = torrent
  if (!metainfo) throw new Error('a torrent that was made here has a dictionary')
  return {
    schema: 'fullmesh.publication/1',
    ...{ torrent: torrent.id, magnet: torrent.magnet(), files: files.length, bytes },
    file: Buffer.from(writeMetainfo(metainfo)).toString('base64'),
  }
}

async function filesOf(reader: ShareReader, directory: SharePath): Promise<MadeFile[]> {
  const files: MadeFile[] = []
  const open: SharePath[] = [directory]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (let page = await reader.list(at, undefined, pageEntries); page.length > 0;) {
      for (const entry of page) {
        const path = joinPath(at, entry.name)
        if (entry.kind === 'directory') open.push(path)
        else files.push({ path, length: entry.content.length, isExecutable: entry.executable })
      }
      page = await reader.list(at, page.at(-1)?.name, pageEntries)
    }
  }
  return files
}

const pageEntries = 1000
