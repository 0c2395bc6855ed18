import * as z from 'zod'
import { localPathSchema } from './place.ts'
import { versioned } from './versioned.ts'

/** A torrent of this node. */
export const torrentShape = {
  id: z.string().describe('the info-hash under which it meets others; of a hybrid one that of v1'),
  name: z.string(),
  state: z.enum(['metadata', 'checking', 'downloading', 'seeding', 'paused', 'failed']),
  detail: z.string().optional().describe('why it has failed'),
  version: z.enum(['v1', 'v2', 'hybrid']).optional(),
  destination: z.string(),
  magnet: z.string(),
  bytesTotal: z.int(),
  bytesDone: z.int(),
  uploadedBytes: z.int(),
  downloadedBytes: z.int(),
  wrongBytes: z.int().describe('that came and were thrown away'),
  rateInBytesPerSecond: z.number(),
  rateOutBytesPerSecond: z.number(),
  peers: z.int(),
}
export const torrentSchema = versioned('torrent', torrentShape)
export type TorrentView = z.infer<typeof torrentSchema>

export const torrentsSchema = versioned('torrents', { torrents: z.array(z.object(torrentShape)) })

/** The same with all that is known of it. */
export const torrentDetailSchema = versioned('torrent-detail', {
  ...torrentShape,
  files: z.array(
    z.object({
      index: z.int(),
      path: z.string(),
      bytes: z.int(),
      wanted: z.boolean(),
      installed: z.boolean(),
    }),
  ),
  connections: z.array(
    z.object({
      address: z.string(),
      client: z.string(),
      origin: z.string(),
      transport: z.enum(['tcp', 'utp']),
      encrypted: z.boolean(),
      v2: z.boolean(),
      pieces: z.int(),
      rateInBytesPerSecond: z.number(),
      rateOutBytesPerSecond: z.number(),
    }),
  ),
  trackers: z.array(
    z.object({ name: z.string(), state: z.string(), detail: z.string(), peers: z.int() }),
  ),
  bannedHosts: z.array(z.string()),
})
export type TorrentDetail = z.infer<typeof torrentDetailSchema>

export const newTorrentSchema = z.strictObject({
  torrent: z.string().max(65_536).describe('a magnet link, or the absolute path of a torrent file'),
  destination: localPathSchema.describe('the folder into which it goes'),
  select: z.string().max(4096).optional().describe('which files, by index: 0,2,5-7'),
  sequential: z.boolean().default(false).describe('in the order of the files'),
  peers: z.array(z.string()).max(64).default([]).describe('peers to begin with, host:port'),
})

export const atTorrentSchema = z.strictObject({ torrent: z.string().min(1) })

export const torrentChangeSchema = z.strictObject({
  torrent: z.string().min(1),
  action: z.enum(['pause', 'resume', 'recheck']),
})

export const publishSchema = z.strictObject({
  share: z.string().min(1),
  version: z.enum(['hybrid', 'v1', 'v2']).default('hybrid'),
  trackers: z.array(z.string()).max(64).default([]),
})

/** What a share has become on another network. */
export const publicationSchema = versioned('publication', {
  torrent: z.string().describe('its id'),
  magnet: z.string(),
  file: z.string().describe('the torrent file, base64'),
  files: z.int(),
  bytes: z.int(),
})
export type Publication = z.infer<typeof publicationSchema>
