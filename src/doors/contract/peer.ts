import * as z from 'zod'
import { offerShape } from './share.ts'
import { versioned } from './versioned.ts'

/** How a link goes. */
export const waySchema = z.enum(['memory', 'lan', 'direct', 'punched', 'relayed'])

/** A peer as this node knows it. `stranger` is no contact, only seen. */
export const peerShape = {
  peer: z.string(),
  name: z.string().describe('the petname, or what the peer calls itself, or the start of its id'),
  trust: z.enum(['stranger', 'known', 'trusted', 'blocked']),
  nearby: z.boolean().describe('seen on the LAN'),
  link: z
    .object({
      way: waySchema,
      remote: z.string(),
      roundTripMs: z.number().optional(),
    })
    .optional()
    .describe('the link that is up now'),
  lastSeenMs: z.int().optional(),
  shares: z
    .array(
      z.object({
        ...offerShape,
        owner: z.string().describe('another peer, if this one holds a copy'),
      }),
    )
    .optional()
    .describe('what it offers, if it was asked'),
}
export const peerSchema = versioned('peer', peerShape)
export type Peer = z.infer<typeof peerSchema>

/** `words` say the same as the PeerId, for two people to read to each other. */
export const personSchema = versioned('person', { ...peerShape, words: z.string() })

export const peersSchema = versioned('peers', { peers: z.array(z.object(peerShape)) })

export const peersRequestSchema = z.strictObject({
  offers: z
    .stringbool()
    .default(false)
    .describe('ask those that are near or linked what they share'),
})

/** A first component of places: no slash, nothing that means something else there. */
const petnameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(63)
  .regex(/^[^/\p{C}]+$/u, 'must not have slashes or control characters')
  .refine((text) => text !== 'me' && !text.startsWith('fullmesh:'), 'is taken by the node itself')

export const newPeerSchema = z.strictObject({
  who: z.string().min(1).describe('a PeerId, a name on the LAN, or a link'),
  petname: petnameSchema.optional(),
  trusted: z.boolean().optional(),
})

export const peerChangeSchema = z.strictObject({
  peer: z.string().min(1),
  petname: petnameSchema.optional(),
  trust: z.enum(['known', 'trusted', 'blocked']).optional(),
})

export const atPeerSchema = z.strictObject({ peer: z.string().min(1) })
