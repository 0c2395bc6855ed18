import type { Identity, PeerId } from '../../src/mesh/mesh.ts'
import { proveWithLink } from '../../src/shares/access/link-proof.ts'
import type { Opaque } from '../../src/shares/access/opaque.ts'
import { proveWithPassword } from '../../src/shares/access/password-proof.ts'
import type { Access, OpenAnswer, OpenProof, Scope, ShareId } from '../../src/shares/shares.ts'
import { testIdentity } from './test-identity.ts'

/** Where a share is opened: at its owner, or at a deputy. */
export interface ShareDoor {
  readonly access: Access
  readonly share: ShareId
  readonly owner: PeerId
  readonly answerer: PeerId
}

/** A person who wants to get in, and keeps the newest capability. */
export class ShareAsker {
  readonly identity: Identity
  readonly #opaque: Opaque
  capability: Uint8Array = new Uint8Array()

  constructor(name: string, opaque: Opaque) {
    this.identity = testIdentity(name)
    this.#opaque = opaque
  }

  get peer(): PeerId {
    return this.identity.peerId
  }

  /** What came of it: the scope that was granted, or what is needed. */
  async opens(door: ShareDoor, proof: OpenProof = { kind: 'none' }): Promise<string> {
    return this.#keep(await door.access.open(this.peer, proof))
  }

  showsLink(door: ShareDoor, secret: Uint8Array): Promise<string> {
    return this.opens(door, proveWithLink(secret, { asker: this.peer, answerer: door.answerer }))
  }

  showsLastCapability(door: ShareDoor): Promise<string> {
    return this.opens(door, { kind: 'renewal', capability: this.capability })
  }

  async types(password: string, door: ShareDoor): Promise<string> {
    const proof = await proveWithPassword(password, { ...door, asker: this.peer }, this.#opaque)
    const answer = await door.access.open(this.peer, proof.start)
    if (answer.kind !== 'password-response') return this.#keep(answer)
    return this.opens(door, await proof.finish(answer))
  }

  /** Uses the capability that it has. Throws CapabilityError. */
  uses(door: ShareDoor, scope: Scope): void {
    door.access.check(this.capability, this.peer, scope)
  }

  #keep(answer: OpenAnswer): string {
    if (answer.kind === 'password-response') return 'a login under way'
    if (answer.kind === 'needed') return `needs ${answer.what}`
    this.capability = answer.capability
    return answer.scope
  }
}
