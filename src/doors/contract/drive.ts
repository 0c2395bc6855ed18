import * as z from 'zod'
import { versioned } from './versioned.ts'

/** The drive that other programs of this computer mount. What opens it is there while it is on. */
export const driveSchema = versioned('drive', {
  on: z.boolean(),
  address: z.string().optional().describe('of all shares; a place in it follows, PEER/SHARE/PATH'),
  user: z.string().optional(),
  password: z.string().optional(),
  passwordFile: z.string().optional().describe('holds the password alone'),
})
export type Drive = z.infer<typeof driveSchema>

export const driveChangeSchema = z.strictObject({ on: z.boolean() })
