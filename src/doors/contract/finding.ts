import * as z from 'zod'
import { versioned } from './versioned.ts'

/** What the doctor found about one thing. `remedy` is there unless all is well. */
export const findingSchema = z.object({
  subject: z.string(),
  verdict: z.enum(['good', 'warning', 'bad']),
  found: z.string(),
  remedy: z.string().optional(),
})
export type Finding = z.infer<typeof findingSchema>

export const doctorSchema = versioned('doctor', { findings: z.array(findingSchema) })
