import type { Clock } from '../../base/clock.ts'
import { NodeError } from '../../base/errors.ts'
import { defaultPetname, petnameFrom } from '../../mesh/book/petname.ts'
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import { askNode } from '../wire/peer-client.ts'

/**
 * Names a contact as its node calls itself, unless the user has named it. Nobody is kept waiting for that:
 * a node that does not answer soon keeps the name made of its PeerId.
 */
export async function introduce(
  mesh: Mesh,
  peer: PeerId,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  if (!isUnnamed(mesh, peer)) return
  const soon = new AbortController()
  using _ = clock.after(patienceMs, () => soon.abort())
  const until = AbortSignal.any([signal, soon.signal])
  try {
    const link = await mesh.link(peer, until)
    await nameByItself(mesh, peer, (await askNode({ link, clock }, until)).name)
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
  }
}

/** Notes what a node calls itself; a contact that has no name yet gets that one. */
export async function nameByItself(mesh: Mesh, peer: PeerId, name: string): Promise<void> {
  mesh.book.heardName(peer, name)
  const petname = petnameFrom(name)
  if (petname !== '' && isUnnamed(mesh, peer)) await mesh.book.put(peer, { petname })
}

function isUnnamed(mesh: Mesh, peer: PeerId): boolean {
  return mesh.book.contact(peer)?.petname === defaultPetname(peer)
}

const patienceMs = 3_000
