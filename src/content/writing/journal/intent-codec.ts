import { z } from 'zod'
import { MalformedError } from '../../../base/errors.ts'
import { parseRootText } from '../../content-id.ts'
import { parseSharePath } from '../../names.ts'
import { rooms } from './intent.ts'
import type { Intent } from './intent.ts'

export function encodeIntent(intent: Intent): string {
  return JSON.stringify(intent)
}

/** Reads what the journal kept. Throws MalformedError. */
export function parseIntent(text: string): Intent {
  try {
    return intent.parse(JSON.parse(text))
  } catch (cause) {
    throw new MalformedError('journal of a folder', 'an entry has another form', cause)
  }
}

const id = z.string().regex(/^[0-9a-z]{1,64}(?:\.\d+)?$/)
const path = z.string().transform((text) => parseSharePath(text))
const content = z.object({
  root: z.string().transform((text) => parseRootText(text)),
  length: z.int().nonnegative(),
})
const item = z.object({
  source: z.object({ room: z.enum(rooms), id }),
  whole: z.boolean(),
  path,
  content,
  attributes: z.object({ mtimeMs: z.int(), executable: z.boolean() }),
  base: z.union([z.literal('absent'), z.literal('any'), content]),
  who: z.string(),
  versionId: id,
})
const intent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('install'), items: z.array(item) }),
  z.object({ kind: z.literal('move'), from: path, to: path, trashId: id }),
  z.object({ kind: z.literal('remove'), path, who: z.string(), trashId: id }),
])
