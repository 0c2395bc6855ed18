import * as z from 'zod'

/** `PEER/SHARE/PATH`, `me/SHARE/PATH`, or a link with a path behind it. Form: locator.ts. */
export const placeSchema = z.string().max(8192).describe('PEER/SHARE/PATH, me/SHARE/PATH or a link')

/** A local path. Relative ones would mean another folder to the node than to whoever asks. */
export const localPathSchema = z
  .string()
  .max(4096)
  .regex(/^(?:\/|[A-Za-z]:[\\/]|\\\\)[^\0]*$/, 'must be an absolute path')

export const passwordSchema = z.string().min(1, 'must not be empty').max(1024)

export const nothingSchema = z.strictObject({})
export const atPlaceSchema = z.strictObject({ place: placeSchema })
