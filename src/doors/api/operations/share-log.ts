import { activityView } from '../activity-view.ts'
import type { Handler } from '../api.ts'
import { ownShare } from '../place.ts'

export const shareLog: Handler<'shareLog'> = async (desk, { share, limit }) => {
  const activities = await desk.shares.log.list(ownShare(desk, share).id, limit)
  return {
    schema: 'fullmesh.log/1',
    activities: activities.map((activity) => activityView(desk, activity)),
  }
}
