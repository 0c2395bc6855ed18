import type { ShareId } from '../../../shares/shares.ts'
import type { NodeEvent } from '../../contract/event.ts'
import { activityView } from '../activity-view.ts'
import type { StreamHandler } from '../api.ts'
import { Changes } from '../changes.ts'
import { noticeText, pathOf } from '../notice-text.ts'
import { peerItem } from '../people.ts'
import { placeText } from '../place.ts'
import { copyItem, shareItem } from '../views.ts'

/** What is still to be told of one thing is told once, as it is then: a slow reader costs no memory. */
export const watchEvents: StreamHandler<'watchEvents'> = async function* (desk, _request, signal) {
  const { shares, copies, mesh } = desk
  using changes = new Changes<() => NodeEvent>(signal)
  using listening = new DisposableStack()
  const heads = listening.adopt(new Map<ShareId, Disposable>(), (followed) => {
    for (const head of followed.values()) head[Symbol.dispose]()
  })
  for (const { id } of shares.all()) followHead(id)
  listening.use(
    shares.changed.subscribe((id) => {
      followHead(id)
      tellShare(id)
    }),
  )
  listening.use(
    copies.changed.subscribe((copy) =>
      changes.push(`copy ${copy.id}`, () => ({
        schema: 'fullmesh.event/1',
        kind: 'copy',
        copy: copyItem(desk, copy),
      })),
    ),
  )
  listening.use(
    shares.log.added.subscribe((activity) =>
      changes.push(`activity ${activity.atMs} ${activity.who} ${activity.path}`, () => ({
        schema: 'fullmesh.event/1',
        kind: 'activity',
        activity: activityView(desk, activity),
      })),
    ),
  )
  listening.use(
    desk.opened.noticed.subscribe((noticed) =>
      changes.push(`notice ${noticeText(noticed)}`, () => ({
        schema: 'fullmesh.event/1',
        kind: 'notice',
        place: placeText(desk, { kind: 'remote', share: noticed.share, path: pathOf(noticed) }),
        message: noticeText(noticed),
      })),
    ),
  )
  for (const topic of [mesh.linked, mesh.unlinked]) {
    listening.use(topic.subscribe(({ peer }) => tellPeer(peer)))
  }
  listening.use(mesh.book.changed.subscribe(tellPeer))
  listening.use(
    mesh.discovery.changed.subscribe((near) => {
      for (const { peer } of near) tellPeer(peer)
    }),
  )
  for await (const event of changes) yield event()

  /** A share changes with its settings and with each head: files, bytes, whether it is ready. */
  function followHead(id: ShareId): void {
    const share = shares.byId(id)
    if (share && !heads.has(id))
      heads.set(
        id,
        share.headChanged.subscribe(() => tellShare(id)),
      )
    if (share) return
    heads.get(id)?.[Symbol.dispose]()
    heads.delete(id)
  }

  function tellShare(id: ShareId): void {
    changes.push(`share ${id}`, () => {
      const share = shares.byId(id)
      const schema = 'fullmesh.event/1'
      return share
        ? { schema, kind: 'share', share: shareItem(share) }
        : { schema, kind: 'share-gone', id }
    })
  }

  function tellPeer(peer: Parameters<typeof peerItem>[1]): void {
    changes.push(`peer ${peer}`, () => ({
      schema: 'fullmesh.event/1',
      kind: 'peer',
      peer: peerItem(desk, peer),
    }))
  }
}
