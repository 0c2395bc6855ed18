import * as z from 'zod'
import { activityShape } from './activity.ts'
import { copyShape } from './copy.ts'
import { peerShape } from './peer.ts'
import { shareShape } from './share.ts'
import { versioned } from './versioned.ts'

/** Something changed. The whole thing comes along, so that nobody has to ask again. */
export const eventSchema = z.discriminatedUnion('kind', [
  versioned('event', { kind: z.literal('share'), share: z.object(shareShape) }),
  versioned('event', { kind: z.literal('share-gone'), id: z.string() }),
  versioned('event', { kind: z.literal('copy'), copy: z.object(copyShape) }),
  versioned('event', { kind: z.literal('peer'), peer: z.object(peerShape) }),
  versioned('event', { kind: z.literal('activity'), activity: z.object(activityShape) }),
  versioned('event', { kind: z.literal('notice'), place: z.string(), message: z.string() }),
])
export type NodeEvent = z.infer<typeof eventSchema>
