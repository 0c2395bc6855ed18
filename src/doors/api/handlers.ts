import type { OperationsThatReply, OperationsThatTakeBytes } from '../contract/contract.ts'
import type { BytesHandler, Handler, IntakeHandler, StreamHandler } from './api.ts'
import { addCopy } from './operations/add-copy.ts'
import { addPeer } from './operations/add-peer.ts'
import { addPreview } from './operations/add-preview.ts'
import { addShare } from './operations/add-share.ts'
import { addTorrent } from './operations/add-torrent.ts'
import { changeDrive } from './operations/change-drive.ts'
import { changePeer } from './operations/change-peer.ts'
import { changeSettings } from './operations/change-settings.ts'
import { changeShare } from './operations/change-share.ts'
import { changeTorrent } from './operations/change-torrent.ts'
import { doctor } from './operations/doctor.ts'
import { findEntries } from './operations/find-entries.ts'
import { forgetShare } from './operations/forget-share.ts'
import { getDrive } from './operations/get-drive.ts'
import { getEntry } from './operations/get-entry.ts'
import { getPeer } from './operations/get-peer.ts'
import { getSettings } from './operations/get-settings.ts'
import { getShare } from './operations/get-share.ts'
import { getTorrent } from './operations/get-torrent.ts'
import { listCopies } from './operations/list-copies.ts'
import { listEntries } from './operations/list-entries.ts'
import { listFolders } from './operations/list-folders.ts'
import { listKnownShares } from './operations/list-known-shares.ts'
import { listPeers } from './operations/list-peers.ts'
import { listShares } from './operations/list-shares.ts'
import { listTorrents } from './operations/list-torrents.ts'
import { listTrash } from './operations/list-trash.ts'
import { listVersions } from './operations/list-versions.ts'
import { makeDirectory } from './operations/make-directory.ts'
import { moveEntry } from './operations/move-entry.ts'
import { openPlace } from './operations/open-place.ts'
import { openUi } from './operations/open-ui.ts'
import { pauseCopy } from './operations/pause-copy.ts'
import { publishShare } from './operations/publish-share.ts'
import { putBytes } from './operations/put-bytes.ts'
import { putFiles } from './operations/put-files.ts'
import { readBytes } from './operations/read-bytes.ts'
import { removeCopy } from './operations/remove-copy.ts'
import { removeEntry } from './operations/remove-entry.ts'
import { removePeer } from './operations/remove-peer.ts'
import { removeShare } from './operations/remove-share.ts'
import { removeTorrent } from './operations/remove-torrent.ts'
import { restoreItem } from './operations/restore-item.ts'
import { resumeCopy } from './operations/resume-copy.ts'
import { shareGrants } from './operations/share-grants.ts'
import { shareLink } from './operations/share-link.ts'
import { shareLog } from './operations/share-log.ts'
import { status } from './operations/status.ts'
import { stop } from './operations/stop.ts'
import { walkTree } from './operations/walk-tree.ts'
import { watchCopy } from './operations/watch-copy.ts'
import { watchEvents } from './operations/watch-events.ts'
import { watchTorrent } from './operations/watch-torrent.ts'

/** The operations that answer with one JSON value. */
export const handlers: { [Name in OperationsThatReply<'json'>]: Handler<Name> } = {
  status,
  stop,
  doctor,
  openUi,
  getSettings,
  changeSettings,
  listFolders,
  listShares,
  addShare,
  getShare,
  changeShare,
  removeShare,
  shareLink,
  shareLog,
  shareGrants,
  listPeers,
  getPeer,
  addPeer,
  changePeer,
  removePeer,
  openPlace,
  listKnownShares,
  forgetShare,
  getEntry,
  listEntries,
  addPreview,
  makeDirectory,
  moveEntry,
  removeEntry,
  listVersions,
  listTrash,
  restoreItem,
  getDrive,
  changeDrive,
  listCopies,
  addCopy,
  pauseCopy,
  resumeCopy,
  removeCopy,
  listTorrents,
  addTorrent,
  getTorrent,
  changeTorrent,
  removeTorrent,
  publishShare,
}

/** Those that answer in lines or events. */
export const streamHandlers: {
  [Name in OperationsThatReply<'lines' | 'events'>]: StreamHandler<Name>
} = { walkTree, findEntries, putFiles, watchCopy, watchTorrent, watchEvents }

/** Those that answer with a file's bytes. */
export const bytesHandlers: { [Name in OperationsThatReply<'bytes'>]: BytesHandler<Name> } = {
  readBytes,
}

/** Those that a file's bytes come along with. */
export const intakeHandlers: { [Name in OperationsThatTakeBytes]: IntakeHandler<Name> } = {
  putBytes,
}
