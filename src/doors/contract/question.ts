import { apiRoot, pathFields } from './contract.ts'
import type { Operation } from './contract.ts'

/** A request as it goes over HTTP. */
export interface Question {
  /** Absolute, with the query. */
  readonly path: string
  /** JSON; undefined where the fields are in the address. */
  readonly body: string | undefined
}

/** Puts the fields where the operation wants them: into the path, the query or the body. */
export function questionOf({ method, path }: Operation, request: object): Question {
  const fields = new Map(Object.entries(request).filter(([, value]) => value !== undefined))
  let filled: string = apiRoot + path
  for (const name of pathFields(path)) {
    filled = filled.replace(`:${name}`, encodeURIComponent(String(fields.get(name) ?? '')))
    fields.delete(name)
  }
  if (method === 'POST' || method === 'PATCH') {
    return { path: filled, body: JSON.stringify(Object.fromEntries(fields)) }
  }
  const query = new URLSearchParams()
  for (const [name, value] of fields) query.set(name, String(value))
  return { path: fields.size === 0 ? filled : `${filled}?${query.toString()}`, body: undefined }
}
