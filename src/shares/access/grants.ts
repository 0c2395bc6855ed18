import type { Database, Row } from '../../base/database.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { Grant, Head, ReadRule, Scope, ShareId } from '../shares.ts'

/** Who was let in to one share, so that nobody is asked for a password twice. Kept on the disk, read from memory. */
export interface Grants {
  of(peer: PeerId): readonly Grant[]
  all(): readonly Grant[]
  /** Replaces the grant of the same peer and scope. */
  add(grant: Grant): Promise<void>
  /** Drops the grants of earlier generations, and those of peers that are shut out. */
  prune(generations: Head['generations'], revoked: readonly PeerId[]): Promise<void>
}

export async function openGrants(share: ShareId, database: Database): Promise<Grants> {
  const rows = await database.all('SELECT * FROM grants WHERE share = ? ORDER BY since_ms', [share])
  const grantsByPeer = new Map<PeerId, Grant[]>()
  for (const grant of rows.map(grantOf)) put(grantsByPeer, grant)

  async function drop(peers: readonly PeerId[], keep: (grant: Grant) => boolean): Promise<void> {
    const dropped = peers.flatMap((peer) => {
      const grants = grantsByPeer.get(peer) ?? []
      const kept = grants.filter(keep)
      if (kept.length > 0) grantsByPeer.set(peer, kept)
      else grantsByPeer.delete(peer)
      return grants.filter((grant) => !keep(grant))
    })
    await database.write(
      dropped.map(({ peer, scope }) => ({ sql: remove, values: [share, peer, scope] })),
    )
  }

  return {
    of: (peer) => grantsByPeer.get(peer) ?? [],
    all: () => [...grantsByPeer.values()].flat(),
    async add(grant) {
      put(grantsByPeer, grant)
      const { peer, scope, generation, by, sinceMs } = grant
      await database.write([{ sql: insert, values: [share, peer, scope, generation, by, sinceMs] }])
      const [longestIdle] = grantsByPeer.keys()
      if (grantsByPeer.size > peersMax && longestIdle) await drop([longestIdle], () => false)
    },
    async prune(generations, revoked) {
      const isGood = ({ peer, scope, generation }: Grant) =>
        generation === generations[scope] && !revoked.includes(peer)
      await drop([...grantsByPeer.keys()], isGood)
    },
  }
}

/** Behind all others: whoever was granted something longest ago goes first when there are too many. */
function put(grantsByPeer: Map<PeerId, Grant[]>, grant: Grant): void {
  const others = (grantsByPeer.get(grant.peer) ?? []).filter(({ scope }) => scope !== grant.scope)
  grantsByPeer.delete(grant.peer)
  grantsByPeer.set(grant.peer, [...others, grant])
}

function grantOf(row: Row): Grant {
  return {
    peer: parsePeerId(String(row['peer'])),
    scope: String(row['scope']) as Scope,
    generation: Number(row['generation']),
    by: String(row['granted_by']) as ReadRule,
    sinceMs: Number(row['since_ms']),
  }
}

const insert = 'INSERT OR REPLACE INTO grants VALUES (?, ?, ?, ?, ?, ?)'
const remove = 'DELETE FROM grants WHERE share = ? AND peer = ? AND scope = ?'

/** PeerIds are free for whoever has the link; who is pushed out by them shows the link again. */
const peersMax = 10_000
