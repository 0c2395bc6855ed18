import * as z from 'zod'
import { waySchema } from './peer.ts'
import { localPathSchema, placeSchema } from './place.ts'
import { versioned } from './versioned.ts'

/** A share, or part of one, being brought or kept on this computer. */
export const copyShape = {
  id: z.string(),
  place: z.string(),
  destination: z.string(),
  mode: z.enum(['once', 'follow']),
  seed: z.boolean().describe('serves others in turn'),
  state: z.enum(['copying', 'done', 'following', 'paused', 'waiting', 'failed']),
  detail: z.string().optional().describe('why it waits or has failed'),
  filesTotal: z.int(),
  filesDone: z.int(),
  bytesTotal: z.int(),
  bytesDone: z.int(),
  rateBytesPerSecond: z.number(),
  sources: z.array(z.object({ name: z.string(), bytes: z.int(), way: waySchema.optional() })),
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
}
export const copySchema = versioned('copy', copyShape)
export type CopyView = z.infer<typeof copySchema>

export const copiesSchema = versioned('copies', { copies: z.array(z.object(copyShape)) })

export const newCopySchema = z.strictObject({
  place: placeSchema,
  destination: localPathSchema,
  mode: z.enum(['once', 'follow']).default('once'),
  seed: z.boolean().default(false),
})

export const atCopySchema = z.strictObject({ copy: z.string().min(1) })
