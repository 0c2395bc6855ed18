import * as z from 'zod'
import { passwordSchema, localPathSchema } from './place.ts'
import { versioned } from './versioned.ts'

const readRuleSchema = z.enum(['everyone', 'link', 'contacts', 'password'])
const changeRuleSchema = z.enum(['nobody', 'contacts', 'password'])
export const scopeSchema = z.enum(['read', 'change'])

/** What any node says about a share that it offers. */
export const offerShape = {
  id: z.string(),
  name: z.string(),
  read: readRuleSchema,
  change: changeRuleSchema,
  files: z.int(),
  bytes: z.int(),
}

const stateSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('indexing'),
    files: z.int(),
    bytes: z.int(),
    hashedBytes: z.int().describe('bytes that had to be hashed so far'),
  }),
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('paused'),
    reason: z.enum(['folder-gone', 'mass-disappearance']),
    detail: z.string(),
  }),
])

/** A share of this node. */
export const shareShape = {
  ...offerShape,
  folder: z.string().describe('on this computer'),
  sequence: z.int().describe('number of the newest head; 0 before the first'),
  changedMs: z.int().optional().describe('when the newest head was signed'),
  state: stateSchema,
}
export const shareSchema = versioned('share', shareShape)
export type Share = z.infer<typeof shareSchema>

export const sharesSchema = versioned('shares', { shares: z.array(z.object(shareShape)) })

const accessShape = {
  name: z.string().min(1).max(255).optional().describe("the folder's own name by default"),
  read: readRuleSchema.optional(),
  change: changeRuleSchema.optional(),
  readPassword: passwordSchema.optional().describe('makes the read rule `password`'),
  changePassword: passwordSchema.optional().describe('makes the change rule `password`'),
}

export const newShareSchema = z.strictObject({ folder: localPathSchema, ...accessShape })

export const atShareSchema = z.strictObject({ share: z.string().min(1) })

export const shareChangeSchema = z.strictObject({
  share: z.string().min(1),
  ...accessShape,
  revoke: z.string().optional().describe('a peer to shut out'),
  admit: z.string().optional().describe('a peer that was shut out, and no longer is'),
  acceptLosses: z.boolean().optional().describe('agree that vanished files are gone'),
})

/** A link to give away; whoever has it may be let in by it, so it is as secret as what it opens. */
export const linkSchema = versioned('link', {
  share: z.string(),
  name: z.string(),
  link: z.string(),
})
