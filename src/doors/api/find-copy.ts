import { MissingError } from '../../base/errors.ts'
import type { Copy } from '../../transfer/transfer.ts'
import type { Backend } from './api.ts'

/** By id, or by an unambiguous beginning of it. Throws MissingError. */
export function findCopy({ copies }: Backend, text: string): Copy {
  const [copy, ...others] = copies.all().filter(({ id }) => id.startsWith(text))
  const exact = copies.byId(text) ?? (others.length === 0 ? copy : undefined)
  if (exact) return exact
  throw new MissingError(`There is no copy "${text}". "fullmesh copies" lists them.`)
}
