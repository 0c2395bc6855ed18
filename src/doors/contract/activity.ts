import * as z from 'zod'
import { scopeSchema } from './share.ts'
import { versioned } from './versioned.ts'

/** Who did what on a share. */
export const activityShape = {
  share: z.string().describe("the share's name"),
  atMs: z.int(),
  who: z
    .string()
    .describe("a petname, or what a stranger calls itself with the start of its PeerId, or 'me'"),
  peer: z.string().optional().describe('the PeerId of anybody but the owner'),
  what: z.enum([
    'opened',
    'refused',
    'read',
    'put',
    'made',
    'moved',
    'removed',
    'restored',
    'conflict',
    'setting',
  ]),
  path: z.string().optional(),
  detail: z.string().optional().describe("for example the conflict copy's path"),
}
export const logSchema = versioned('log', { activities: z.array(z.object(activityShape)) })
export type ShareLog = z.infer<typeof logSchema>

export const logRequestSchema = z.strictObject({
  share: z.string().min(1),
  limit: z.coerce.number().int().min(1).max(10_000).default(50),
})

export const grantsSchema = versioned('grants', {
  grants: z.array(
    z.object({
      peer: z.string(),
      name: z.string(),
      scope: scopeSchema,
      by: z.string().describe('the rule by which it was let in'),
      sinceMs: z.int(),
    }),
  ),
})
