import * as z from 'zod'
import { grantsSchema, logRequestSchema, logSchema } from './activity.ts'
import {
  binSchema,
  changeSchema,
  moveRequestSchema,
  putBytesRequestSchema,
  putLineSchema,
  putRequestSchema,
  restoreRequestSchema,
} from './change.ts'
import type { OperationName } from './contract.ts'
import { atCopySchema, copiesSchema, copySchema, newCopySchema } from './copy.ts'
import { driveChangeSchema, driveSchema } from './drive.ts'
import {
  entriesRequestSchema,
  entriesSchema,
  findRequestSchema,
  foundSchema,
  oneEntrySchema,
  treeRequestSchema,
} from './entry.ts'
import { eventSchema } from './event.ts'
import { doctorSchema } from './finding.ts'
import { knownSharesSchema, openedSchema, openRequestSchema } from './opened.ts'
import {
  atPeerSchema,
  newPeerSchema,
  peerChangeSchema,
  peerSchema,
  peersRequestSchema,
  peersSchema,
  personSchema,
} from './peer.ts'
import { atPlaceSchema, nothingSchema } from './place.ts'
import {
  atShareSchema,
  linkSchema,
  newShareSchema,
  shareChangeSchema,
  shareSchema,
  sharesSchema,
} from './share.ts'
import { statusSchema } from './status.ts'
import {
  atTorrentSchema,
  newTorrentSchema,
  publicationSchema,
  publishSchema,
  torrentChangeSchema,
  torrentDetailSchema,
  torrentSchema,
  torrentsSchema,
} from './torrent.ts'
import { doneSchema } from './versioned.ts'
import {
  entranceSchema,
  foldersRequestSchema,
  foldersSchema,
  previewSchema,
  settingsChangeSchema,
  settingsSchema,
} from './web.ts'

/** What each operation takes and gives; for streams, what each line holds. */
export const schemas = {
  status: { request: nothingSchema, reply: statusSchema },
  stop: { request: nothingSchema, reply: doneSchema },
  doctor: { request: nothingSchema, reply: doctorSchema },
  openUi: { request: nothingSchema, reply: entranceSchema },
  getSettings: { request: nothingSchema, reply: settingsSchema },
  changeSettings: { request: settingsChangeSchema, reply: settingsSchema },
  listFolders: { request: foldersRequestSchema, reply: foldersSchema },
  watchEvents: { request: nothingSchema, reply: eventSchema },

  listShares: { request: nothingSchema, reply: sharesSchema },
  addShare: { request: newShareSchema, reply: shareSchema },
  getShare: { request: atShareSchema, reply: shareSchema },
  changeShare: { request: shareChangeSchema, reply: shareSchema },
  removeShare: { request: atShareSchema, reply: doneSchema },
  shareLink: { request: atShareSchema, reply: linkSchema },
  shareLog: { request: logRequestSchema, reply: logSchema },
  shareGrants: { request: atShareSchema, reply: grantsSchema },

  listPeers: { request: peersRequestSchema, reply: peersSchema },
  getPeer: { request: atPeerSchema, reply: personSchema },
  addPeer: { request: newPeerSchema, reply: peerSchema },
  changePeer: { request: peerChangeSchema, reply: peerSchema },
  removePeer: { request: atPeerSchema, reply: doneSchema },

  openPlace: { request: openRequestSchema, reply: openedSchema },
  listKnownShares: { request: nothingSchema, reply: knownSharesSchema },
  forgetShare: { request: atPlaceSchema, reply: doneSchema },

  getEntry: { request: atPlaceSchema, reply: oneEntrySchema },
  listEntries: { request: entriesRequestSchema, reply: entriesSchema },
  walkTree: { request: treeRequestSchema, reply: foundSchema },
  findEntries: { request: findRequestSchema, reply: foundSchema },
  readBytes: { request: atPlaceSchema, reply: z.never() },

  addPreview: { request: atPlaceSchema, reply: previewSchema },

  putFiles: { request: putRequestSchema, reply: putLineSchema },
  putBytes: { request: putBytesRequestSchema, reply: changeSchema },
  makeDirectory: { request: atPlaceSchema, reply: changeSchema },
  moveEntry: { request: moveRequestSchema, reply: changeSchema },
  removeEntry: { request: atPlaceSchema, reply: changeSchema },
  listVersions: { request: atPlaceSchema, reply: binSchema },
  listTrash: { request: atPlaceSchema, reply: binSchema },
  restoreItem: { request: restoreRequestSchema, reply: changeSchema },

  getDrive: { request: nothingSchema, reply: driveSchema },
  changeDrive: { request: driveChangeSchema, reply: driveSchema },

  listCopies: { request: nothingSchema, reply: copiesSchema },
  addCopy: { request: newCopySchema, reply: copySchema },
  pauseCopy: { request: atCopySchema, reply: copySchema },
  resumeCopy: { request: atCopySchema, reply: copySchema },
  removeCopy: { request: atCopySchema, reply: doneSchema },
  watchCopy: { request: atCopySchema, reply: copySchema },

  listTorrents: { request: nothingSchema, reply: torrentsSchema },
  addTorrent: { request: newTorrentSchema, reply: torrentSchema },
  getTorrent: { request: atTorrentSchema, reply: torrentDetailSchema },
  changeTorrent: { request: torrentChangeSchema, reply: torrentSchema },
  removeTorrent: { request: atTorrentSchema, reply: doneSchema },
  watchTorrent: { request: atTorrentSchema, reply: torrentSchema },
  publishShare: { request: publishSchema, reply: publicationSchema },
} as const satisfies Record<OperationName, { request: z.ZodType; reply: z.ZodType }>

/** What whoever asks has to give. */
export type RequestOf<Name extends OperationName> = z.input<(typeof schemas)[Name]['request']>

/** The request after its check, with defaults filled in. */
export type CheckedRequestOf<Name extends OperationName> = z.output<
  (typeof schemas)[Name]['request']
>

export type ReplyOf<Name extends OperationName> = z.output<(typeof schemas)[Name]['reply']>
