import * as z from 'zod'
import { schemaName } from './contract.ts'

/** A reply, or a line of one, that says what it is: `schema` comes first. */
export function versioned<const Thing extends string, Shape extends z.ZodRawShape>(
  thing: Thing,
  shape: Shape,
) {
  return z.object({ schema: z.literal(schemaName(thing)), ...shape })
}

/** It was done, and there is nothing more to say. */
export const doneSchema = versioned('done', {})
