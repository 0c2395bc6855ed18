import type { Clock } from '../../src/base/clock.ts'
import { MissingError } from '../../src/base/errors.ts'
import type { Random } from '../../src/base/random.ts'
import { Topic } from '../../src/base/topic.ts'
import { contentKey, equalContent } from '../../src/content/content-id.ts'
import { pieceBytes } from '../../src/content/content.ts'
import type { ContentId, Entry, SharePath, TreeSummary } from '../../src/content/content.ts'
import { ChangedError } from '../../src/content/errors.ts'
import { contentOf as contentOfLayer, leafHashes } from '../../src/content/hashing/merkle.ts'
import { parseName, parseSharePath } from '../../src/content/names.ts'
import { buildDirectory } from '../../src/content/tree/build.ts'
import type { PeerId } from '../../src/mesh/mesh.ts'
import { CapabilityChecker } from '../../src/shares/access/capability-check.ts'
import { freshCapability, signCapability } from '../../src/shares/access/capability.ts'
import { headHash, signHead } from '../../src/shares/head.ts'
import type { ShareKey } from '../../src/shares/share-key.ts'
import type {
  Capability,
  ChangeRule,
  Head,
  OpenAnswer,
  OpenProof,
  ReadRule,
  Scope,
  SignedHead,
} from '../../src/shares/shares.ts'
import type { FileWanted, Gain, Holding, Possession } from '../../src/transfer/transfer.ts'
import { layerOfBytes } from './content-of-bytes.ts'
import { PageShelf } from './page-shelf.ts'

export type MemoryFiles = Readonly<Record<string, Uint8Array | string>>

/** A share in memory with true heads, trees, layers and capabilities. Whole unless a test takes pieces away. */
export class MemoryHolding implements Holding {
  readonly key: ShareKey
  readonly owner: PeerId
  name = 'Photos'
  read: ReadRule = 'everyone'
  change: ChangeRule = 'nobody'
  readonly headChanged = new Topic<SignedHead>()
  readonly gained = new Topic<Gain>()
  readonly shelf = new PageShelf()
  /** Who is let in without showing anything. */
  scopeOf: (peer: PeerId) => Scope | undefined = () => 'read'
  /** Pieces that are here, by content; undefined: everything. */
  here: Map<string, Possession> | undefined
  readonly readBy: { readonly peer: PeerId; readonly path: SharePath }[] = []
  readonly opened: OpenProof[] = []
  #files = new Map<SharePath, Uint8Array>()
  #head: SignedHead | undefined
  readonly #checker: CapabilityChecker
  readonly #outside: { readonly clock: Clock; readonly random: Random }

  constructor(
    key: ShareKey,
    owner: PeerId,
    outside: { readonly clock: Clock; readonly random: Random },
  ) {
    this.key = key
    this.owner = owner
    this.#outside = outside
    this.#checker = new CapabilityChecker(key.id, outside.clock)
  }

  get share() {
    return this.key.id
  }

  /** Makes these the files of the share, with a new head. */
  put(files: MemoryFiles, change: Partial<Head> = {}): SignedHead {
    this.#files = new Map(
      Object.entries(files).map(([path, bytes]) => [parseSharePath(path), Buffer.from(bytes)]),
    )
    const summary = this.#plant([...this.#files].map(([path, bytes]) => [path.split('/'), bytes]))
    return this.sign({ summary, ...change })
  }

  /** Signs and publishes the head after the newest one. */
  sign(change: Partial<Head>): SignedHead {
    const before = this.#head?.head
    const head: Head = {
      share: this.share,
      summary: before?.summary ?? this.#plant([]),
      generations: before?.generations ?? { read: 1, change: 1 },
      indexing: false,
      revoked: before?.revoked ?? [],
      timeMs: this.#outside.clock.now(),
      sequence: (before?.sequence ?? 0) + 1,
      previous: before ? headHash(before) : new Uint8Array(32),
      ...change,
    }
    return this.show(signHead(head, this.key))
  }

  /** Shows a head as the newest, whatever it is. */
  show(head: SignedHead): SignedHead {
    this.#head = head
    this.headChanged.publish(head)
    return head
  }

  capability(audience: PeerId, scope: Scope, change: Partial<Capability> = {}): Uint8Array {
    const generation = this.#head?.head.generations[scope] ?? 1
    const terms = { share: this.share, scope, audience, generation }
    return signCapability({ ...freshCapability(terms, this.#outside), ...change }, this.key)
  }

  contentAt(path: string): ContentId {
    return contentOf(this.#bytesAt(parseSharePath(path)))
  }

  wanted(path: string): FileWanted {
    return { path: parseSharePath(path), content: this.contentAt(path) }
  }

  /** From now on these pieces are here as well. */
  gain(content: ContentId, pieces: readonly number[]): void {
    const here = this.here?.get(contentKey(content))
    const known = here?.pieces === 'all' ? [] : [...(here?.pieces ?? [])]
    this.here?.set(contentKey(content), { content, pieces: new Set([...known, ...pieces]) })
    this.gained.publish({ content, pieces })
  }

  head(): SignedHead | undefined {
    return this.#head
  }

  whole(): boolean {
    return this.here === undefined
  }

  partial(): readonly Possession[] {
    return [...(this.here?.values() ?? [])]
  }

  isShownTo(asker: PeerId): boolean {
    return this.scopeOf(asker) !== undefined
  }

  noteRead(peer: PeerId, path: SharePath): void {
    this.readBy.push({ peer, path })
  }

  check(capability: Uint8Array, asker: PeerId, needed: Scope): Capability {
    const exclusions = this.#head?.head ?? { generations: { read: 1, change: 1 }, revoked: [] }
    return this.#checker.check(capability, { asker, needed, exclusions })
  }

  async open(asker: PeerId, proof: OpenProof): Promise<OpenAnswer> {
    this.opened.push(proof)
    const scope = this.scopeOf(asker)
    if (!scope) return { kind: 'needed', what: 'link' }
    const capability = this.capability(asker, scope)
    const deputy = proof.kind === 'deputy' ? Buffer.from('commission') : undefined
    return { kind: 'granted', capability, scope, deputy }
  }

  page(...[hash, signal]: Parameters<Holding['page']>): Promise<Uint8Array> {
    return this.shelf.page(hash, signal)
  }

  async piece(path: SharePath, content: ContentId, index: number): Promise<Uint8Array> {
    const bytes = this.#current(path, content)
    const here = this.here?.get(contentKey(content))?.pieces
    if (this.here && here !== 'all' && !here?.has(index)) throw new MissingError('Not here yet.')
    return bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes)
  }

  async smallFiles(wanted: readonly FileWanted[]): Promise<(Uint8Array | undefined)[]> {
    return wanted.map(({ path, content }) => {
      const bytes = this.#files.get(path)
      return bytes && equalContent(contentOf(bytes), content) ? bytes : undefined
    })
  }

  async layer(path: SharePath, content: ContentId): Promise<Uint8Array> {
    return layerOf(this.#current(path, content))
  }

  async leaves(path: SharePath, content: ContentId, index: number): Promise<Uint8Array> {
    return leafHashes(await this.piece(path, content, index))
  }

  #current(path: SharePath, content: ContentId): Uint8Array {
    const bytes = this.#bytesAt(path)
    if (!equalContent(contentOf(bytes), content)) throw new ChangedError(`"${path}" changed.`)
    return bytes
  }

  #bytesAt(path: SharePath): Uint8Array {
    const bytes = this.#files.get(path)
    if (!bytes) throw new MissingError(`There is no "${path}".`)
    return bytes
  }

  #plant(files: readonly (readonly [readonly string[], Uint8Array])[]): TreeSummary {
    const byName = Map.groupBy(files, ([[name = '']]) => name)
    const entries = [...byName].map(([text, below]): Entry => {
      const name = parseName(text)
      const [first] = below
      if (first && first[0].length === 1) {
        const content = contentOf(first[1])
        return { kind: 'file', name, content, mtimeMs: 1_000, executable: false }
      }
      const inside = below.map(([path, bytes]) => [path.slice(1), bytes] as const)
      return { kind: 'directory', name, summary: this.#plant(inside) }
    })
    const { summary, pages } = buildDirectory(entries)
    this.shelf.put(pages)
    return summary
  }
}

function contentOf(bytes: Uint8Array): ContentId {
  return contentOfLayer(layerOf(bytes), bytes.length)
}

/** Remembered: tests ask again and again. */
function layerOf(bytes: Uint8Array): Uint8Array {
  const layer = layers.get(bytes) ?? layerOfBytes(bytes)
  layers.set(bytes, layer)
  return layer
}

const layers = new WeakMap<Uint8Array, Uint8Array>()
