import * as z from 'zod'
import { localPathSchema, placeSchema } from './place.ts'
import { versioned } from './versioned.ts'

/** What became of a change. `conflict`: somebody else's stands at the place, this one beside it. */
const outcomeSchema = z.enum(['done', 'unchanged', 'conflict'])

export const changeSchema = versioned('change', {
  place: z.string().describe("where it is now: as asked, or the conflict copy's"),
  outcome: outcomeSchema,
})
export type Change = z.infer<typeof changeSchema>

export const moveRequestSchema = z.strictObject({ from: placeSchema, to: placeSchema })

/** What the asker believes to stand at the place; anything else makes a conflict copy. */
const baseSchema = z.union([
  z.literal('absent'),
  z.strictObject({ root: z.string(), bytes: z.int().min(0) }),
])

export const putRequestSchema = z.strictObject({
  from: localPathSchema.describe('a file or folder of this computer'),
  to: placeSchema,
  base: baseSchema.optional().describe('what is there now, by default'),
})

/** The address has no objects: the content id that is believed to be there is in two fields. */
export const putBytesRequestSchema = z.strictObject({
  to: placeSchema.describe('a file, or inside a directory with a slash at the end'),
  name: z.string().max(255).optional().describe('with the slash: what it is called there'),
  mtimeMs: z.coerce.number().int().min(0).optional(),
  baseRoot: z.string().optional(),
  baseBytes: z.coerce.number().int().min(0).optional(),
})

const tallyShape = {
  filesDone: z.int(),
  filesTotal: z.int(),
  bytesDone: z.int(),
  bytesTotal: z.int(),
}

/** How a put goes on. `done` comes last; `refused` is about one file, the others go on. */
export const putLineSchema = z.discriminatedUnion('kind', [
  versioned('put', { kind: z.literal('progress'), ...tallyShape }),
  versioned('put', { kind: z.literal('conflict'), path: z.string(), copy: z.string() }),
  versioned('put', {
    kind: z.literal('refused'),
    path: z.string(),
    failure: z.string(),
    message: z.string(),
  }),
  versioned('put', { kind: z.literal('done'), place: z.string(), ...tallyShape }),
])
export type PutLine = z.infer<typeof putLineSchema>

/** What changes replaced or removed, newest first. */
export const binSchema = versioned('bin', {
  items: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['version', 'trash']),
      path: z.string().describe('inside the share'),
      bytes: z.int(),
      atMs: z.int(),
      who: z.string(),
    }),
  ),
})

export const restoreRequestSchema = z.strictObject({
  place: placeSchema.describe('the share'),
  id: z.string().min(1),
  to: z.string().optional().describe('a path inside the share; where it was, by default'),
})
