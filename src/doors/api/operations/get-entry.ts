import type { Handler } from '../api.ts'
import { openFiles, viewAt } from '../files.ts'
import { findSharePlace, placeText } from '../place.ts'

export const getEntry: Handler<'getEntry'> = async (desk, request, signal) => {
  const place = await findSharePlace(desk, request.place, signal)
  await using files = await openFiles(desk, place, signal)
  const entry = await viewAt(desk, place, files, signal)
  return { schema: 'fullmesh.entry/1', place: placeText(desk, place), entry }
}
