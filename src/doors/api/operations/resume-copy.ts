import type { Handler } from '../api.ts'
import { findCopy } from '../find-copy.ts'
import { copyView } from '../views.ts'

export const resumeCopy: Handler<'resumeCopy'> = async (desk, request) => {
  const copy = findCopy(desk, request.copy)
  await desk.copies.resume(copy.id)
  return copyView(desk, copy)
}
