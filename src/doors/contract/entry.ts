import * as z from 'zod'
import { placeSchema } from './place.ts'
import { offerShape, scopeSchema } from './share.ts'
import { versioned } from './versioned.ts'

const fileShape = {
  kind: z.literal('file'),
  bytes: z.int(),
  mtimeMs: z.int(),
  executable: z.boolean(),
  root: z.string().describe('with `bytes` the content id'),
}
const directoryShape = { kind: z.literal('directory'), files: z.int(), bytes: z.int() }
const { id: shareId, read, change, files, bytes } = offerShape

/** Above directories and files stand shares, and above these peers: one tree to browse. */
export const entrySchema = z.discriminatedUnion('kind', [
  z.object({ name: z.string(), ...fileShape }),
  z.object({ name: z.string(), ...directoryShape }),
  z.object({
    name: z.string(),
    kind: z.literal('share'),
    id: shareId,
    read: read.optional(),
    change: change.optional(),
    files: files.optional(),
    bytes: bytes.optional(),
    scope: scopeSchema.optional().describe('held now or last'),
  }),
  z.object({
    name: z.string(),
    kind: z.literal('peer'),
    peer: z.string(),
    online: z.boolean(),
  }),
])
export type EntryView = z.infer<typeof entrySchema>

export const oneEntrySchema = versioned('entry', {
  place: z.string().describe('in its plain form, PEER/SHARE/PATH'),
  entry: entrySchema,
})

export const entriesRequestSchema = z.strictObject({
  place: placeSchema.default(''),
  after: z.string().optional().describe('the last name of the page before'),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
})

export const entriesSchema = versioned('entries', {
  place: z.string(),
  entries: z.array(entrySchema),
  more: z.boolean().describe('ask again with `after`'),
})

/** One find of a walk; `path` is relative to where the walk began. */
export const foundSchema = versioned('found', {
  path: z.string(),
  depth: z.int(),
  last: z.boolean().describe('nothing follows it in its directory'),
  entry: entrySchema,
})
export type Found = z.infer<typeof foundSchema>

export const treeRequestSchema = z.strictObject({
  place: placeSchema,
  depth: z.coerce.number().int().min(1).max(1000).default(1000),
})

export const findRequestSchema = z.strictObject({
  place: placeSchema,
  name: z
    .string()
    .max(255)
    .optional()
    .describe('`*` and `?` stand for others; else part of the name'),
  kind: z.enum(['file', 'directory']).optional(),
  minBytes: z.coerce.number().int().min(0).optional(),
  maxBytes: z.coerce.number().int().min(0).optional(),
  newerMs: z.coerce.number().int().optional().describe('changed at or after'),
})
