import type { StreamHandler } from '../api.ts'
import { openFiles } from '../files.ts'
import { nameFits } from '../name-pattern.ts'
import { findSharePlace } from '../place.ts'
import { walk } from '../walk.ts'

export const findEntries: StreamHandler<'findEntries'> = async function* (desk, request, signal) {
  const { name, kind, minBytes = 0, maxBytes = Infinity, newerMs } = request
  const fits = name === undefined ? () => true : nameFits(name)
  const place = await findSharePlace(desk, request.place, signal)
  await using files = await openFiles(desk, place, signal)
  for await (const found of walk(files.access.reader, place.path, Infinity, signal)) {
    const { entry } = found
    if (entry.kind !== 'file' && entry.kind !== 'directory') continue
    const isWanted =
      fits(entry.name) &&
      (kind === undefined || entry.kind === kind) &&
      entry.bytes >= minBytes &&
      entry.bytes <= maxBytes &&
      (newerMs === undefined || (entry.kind === 'file' && entry.mtimeMs >= newerMs))
    if (isWanted) yield found
  }
}
