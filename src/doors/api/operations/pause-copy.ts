import type { Handler } from '../api.ts'
import { findCopy } from '../find-copy.ts'
import { copyView } from '../views.ts'

export const pauseCopy: Handler<'pauseCopy'> = async (desk, request) => {
  const copy = findCopy(desk, request.copy)
  await desk.copies.pause(copy.id)
  return copyView(desk, copy)
}
