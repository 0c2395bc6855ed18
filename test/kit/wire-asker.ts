import type { Answerer, Body, Link, PeerId, Question } from '../../src/mesh/mesh.ts'
import type { Scope } from '../../src/shares/shares.ts'
import type { Holding } from '../../src/transfer/transfer.ts'
import { capabilityField } from '../../src/transfer/wire/admission.ts'
import type { WireParts } from '../../src/transfer/wire/wire.ts'
import { MemoryHolding } from './memory-holding.ts'
import { MemoryNodes } from './memory-nodes.ts'
import { testSurroundings } from './surroundings.ts'
import { testIdentity } from './test-identity.ts'
import { testShareKey } from './test-share.ts'
import { wireAnswererOf } from './wire-answerer-of.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Ana answers the peer protocol; Eve puts her questions together by hand. */
export class WireAsker implements AsyncDisposable {
  readonly outside = testSurroundings()
  readonly ana = testIdentity('ana').peerId
  readonly eve: PeerId = testIdentity('eve').peerId
  readonly holding: MemoryHolding
  readonly holdings: Holding[]
  readonly nodes = new MemoryNodes(this.outside)
  link!: Link

  private constructor() {
    this.holding = this.share('photos')
    this.holdings = [this.holding]
  }

  static async open(
    parts: Partial<WireParts> = {},
    around: (usual: Answerer) => Answerer = (usual) => usual,
  ): Promise<WireAsker> {
    const there = new WireAsker()
    const answerer = wireAnswererOf(there.outside, there.holdings, parts)
    await there.nodes.add('ana', around(answerer))
    await there.nodes.add('eve', wireAnswererOf(there.outside, []))
    there.link = await there.nodes.link('eve', 'ana')
    return there
  }

  /** Another share of Ana's, not served yet. */
  share(name: string): MemoryHolding {
    return new MemoryHolding(testShareKey(name), this.ana, this.outside)
  }

  get clock() {
    return this.outside.clock
  }

  /** The field that shows Eve's capability. */
  shown(scope: Scope = 'read', holding: MemoryHolding = this.holding) {
    return capabilityField(holding.capability(this.eve, scope))
  }

  /** The path of a question about the share. */
  about(end: string): string {
    return `/1/shares/${this.holding.share}/${end}`
  }

  async ask(
    method: Question['method'],
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: Body,
  ): Promise<RawAnswer> {
    const question = { method, path, headers, ...(body && { body }) }
    const answer = await this.link.ask(question, new AbortController().signal)
    const chunks: Uint8Array[] = []
    for await (const chunk of answer.body) chunks.push(chunk)
    return { status: answer.status, headers: answer.headers, body: Buffer.concat(chunks) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nodes[Symbol.asyncDispose]()
  }
}
