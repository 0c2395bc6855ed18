import * as z from 'zod'
import { configSchema } from './config.ts'
import { localPathSchema } from './place.ts'
import { versioned } from './versioned.ts'

/** The code behind the `#` opens one session, once; it is in no request line, and so in no log. */
export const entranceSchema = versioned('entrance', {
  address: z.string(),
  expiresMs: z.int(),
})

/** The address is a secret of its own: whoever has it gets the file. It is good for an hour after its last use. */
export const previewSchema = versioned('preview', {
  address: z.string(),
  mediaType: z.string().describe("by the file's name"),
})

export const settingsSchema = versioned('settings', {
  file: z.string().describe('where they are kept'),
  settings: configSchema,
})
export const settingsChangeSchema = z.strictObject({ settings: z.record(z.string(), z.unknown()) })

export const foldersRequestSchema = z.strictObject({
  path: localPathSchema.optional().describe("the user's own folder, by default"),
})
export const foldersSchema = versioned('folders', {
  path: z.string(),
  parent: z.string().optional().describe('absent at the top'),
  home: z.string(),
  folders: z.array(z.object({ name: z.string(), path: z.string() })),
})
