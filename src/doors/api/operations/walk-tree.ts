import type { StreamHandler } from '../api.ts'
import { openFiles } from '../files.ts'
import { findSharePlace } from '../place.ts'
import { walk } from '../walk.ts'

export const walkTree: StreamHandler<'walkTree'> = async function* (desk, request, signal) {
  const place = await findSharePlace(desk, request.place, signal)
  await using files = await openFiles(desk, place, signal)
  yield* walk(files.access.reader, place.path, request.depth, signal)
}
