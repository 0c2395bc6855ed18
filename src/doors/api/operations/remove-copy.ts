import type { Handler } from '../api.ts'
import { findCopy } from '../find-copy.ts'

export const removeCopy: Handler<'removeCopy'> = async (desk, request) => {
  await desk.copies.remove(findCopy(desk, request.copy).id)
  return { schema: 'fullmesh.done/1' }
}
