import type { Handler } from '../api.ts'
import { shareItem } from '../views.ts'

export const listShares: Handler<'listShares'> = async ({ shares }) => ({
  schema: 'fullmesh.shares/1',
  shares: shares.all().map(shareItem),
})
