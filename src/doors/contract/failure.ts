import * as z from 'zod'
import { errorKinds } from '../../base/errors.ts'
import type { ErrorKind } from '../../base/errors.ts'
import { versioned } from './versioned.ts'

/** Why something was not done. `name` tells apart what has one kind; `message` is for a person. */
export const failureSchema = versioned('failure', {
  kind: z.enum(Object.keys(errorKinds) as [ErrorKind, ...ErrorKind[]]),
  name: z.string(),
  message: z.string(),
})
export type Failure = z.infer<typeof failureSchema>
