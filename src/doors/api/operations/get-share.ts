import type { Handler } from '../api.ts'
import { ownShare } from '../place.ts'
import { shareView } from '../views.ts'

export const getShare: Handler<'getShare'> = async (desk, { share }) =>
  shareView(ownShare(desk, share))
