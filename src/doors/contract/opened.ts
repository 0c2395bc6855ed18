import * as z from 'zod'
import { entrySchema } from './entry.ts'
import { passwordSchema, placeSchema } from './place.ts'
import { scopeSchema } from './share.ts'
import { versioned } from './versioned.ts'

export const openRequestSchema = z.strictObject({
  place: placeSchema.min(1, 'must not be empty'),
  password: passwordSchema.optional(),
})

/** A place that can be used from now on by its plain form, without link or password. */
export const openedSchema = versioned('opened', {
  place: z.string(),
  peer: z.string().optional().describe('the owner; absent if it is this node'),
  peerName: z.string(),
  share: z.string().describe("the share's id"),
  shareName: z.string(),
  scope: scopeSchema,
  indexing: z.boolean().describe('the owner is still looking at its files: more is to come'),
  entry: entrySchema,
})
export type Opened = z.infer<typeof openedSchema>

export const knownSharesSchema = versioned('known-shares', {
  shares: z.array(
    z.object({
      place: z.string(),
      id: z.string(),
      name: z.string(),
      peer: z.string(),
      peerName: z.string(),
      scope: scopeSchema.optional(),
    }),
  ),
})
