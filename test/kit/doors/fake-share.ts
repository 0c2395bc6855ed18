import { MissingError } from '../../../src/base/errors.ts'
import { Topic } from '../../../src/base/topic.ts'
import type { BinItem, Folder, Stage, TreeSummary } from '../../../src/content/content.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import type { PeerId } from '../../../src/mesh/mesh.ts'
import { parseAddress } from '../../../src/mesh/reach/address.ts'
import { absentFolder } from '../../../src/shares/absent-folder.ts'
import { formatInvite } from '../../../src/shares/invite.ts'
import type {
  Grant,
  NewShare,
  OwnShare,
  ShareSettings,
  ShareState,
  SignedHead,
} from '../../../src/shares/shares.ts'
import { testHead, testShareKey } from '../test-share.ts'
import { contentOf } from './memory-files.ts'
import type { MemoryFiles } from './memory-files.ts'

/** A share as doors see it, over files in memory. */
export class FakeShare implements OwnShare {
  readonly id
  settings: ShareSettings
  passwords: NewShare['passwords'] = {}
  readonly files: MemoryFiles
  readonly folder: Folder
  readonly headChanged = new Topic<SignedHead>()
  readonly grants: Grant[] = []
  readonly bin: BinItem[] = []
  now: ShareState = { kind: 'ready' }
  readonly access: OwnShare['access']
  readonly #owner: PeerId
  readonly #key

  constructor(path: string, settings: ShareSettings, owner: PeerId, files: MemoryFiles) {
    this.#key = testShareKey(settings.name)
    this.#owner = owner
    this.id = this.#key.id
    this.settings = settings
    this.files = files
    this.folder = fakeFolder(path, files, this.bin)
    const unused = () => {
      throw new Error('no door asks this')
    }
    this.access = { check: unused, open: unused, entitled: unused, grants: async () => this.grants }
  }

  head(): SignedHead {
    const { files, bytes } = this.files.total()
    const head = testHead(this.#key, { sequence: this.files.sequence })
    return {
      head: { ...head, summary: { ...head.summary, files, bytes } },
      bytes: new Uint8Array(0),
    }
  }

  async headNow(): Promise<SignedHead> {
    return this.head()
  }

  get reader(): OwnShare['reader'] {
    return {
      scope: 'read',
      head: () => this.head(),
      entry: async (path) => this.files.entry(path),
      list: async (path, after, limit) => this.files.list(path, after, limit),
    }
  }

  get editor(): OwnShare['editor'] {
    const { files, bin } = this
    return {
      scope: 'change',
      stage: async (content) => memoryStage(content),
      put: async ({ path, attributes, base }, stage) => {
        const bytes = await wholeStage(stage)
        const { path: at, outcome } = files.install(path, { bytes, ...attributes }, base)
        return { path: at, outcome: outcome === 'conflict' ? 'conflict' : 'new' }
      },
      makeDirectory: async (path) => void files.makeDirectory(path),
      move: async (from, to) => void files.move(from, to),
      remove: async (path, base) => void files.remove(path, base),
      restore: async (id, to) => {
        const item = bin.find((one) => one.id === id)
        if (!item) throw new MissingError(`There is no version "${id}".`)
        return { path: to ?? item.path, outcome: 'new' }
      },
    }
  }

  state(): ShareState {
    return this.now
  }

  link(): string {
    return formatInvite({
      share: this.id,
      owner: this.#owner,
      addresses: [parseAddress('192.0.2.7:4711', 'user')],
      secret: this.settings.read === 'link' ? new Uint8Array(16).fill(7) : undefined,
      name: this.settings.name,
    })
  }
}

function fakeFolder(path: string, files: MemoryFiles, bin: BinItem[]): Folder {
  const folder = absentFolder(path)
  return {
    ...folder,
    index: {
      ...folder.index,
      summary: async (): Promise<TreeSummary> => ({ ...testTree, ...files.total() }),
      entry: async (at) => files.entry(at),
      list: async (at, after, limit) => files.list(at, after, limit),
    },
    reader: {
      ...folder.reader,
      piece: async (at, _content, index) =>
        files.bytesAt(at).subarray(index * pieceBytes, (index + 1) * pieceBytes),
    },
    bin: {
      ...folder.bin,
      list: async (kind, at) =>
        bin.filter((item) => item.kind === kind && item.path.startsWith(at)),
    },
  }
}

const testTree = { tree: testHead(testShareKey('tree')).summary.tree }

type MemoryStage = Stage & { readonly parts: Uint8Array[] }

function memoryStage(content: Stage['content']): MemoryStage {
  const parts: Uint8Array[] = []
  return {
    content,
    parts,
    have: new Set(),
    pieces: Math.ceil(content.length / pieceBytes),
    acceptLayer: async () => {},
    hasLayer: true,
    write: async (index, bytes) => {
      parts[index] = bytes
    },
    read: async (index) => parts[index] ?? new Uint8Array(0),
    close: async () => {},
    discard: async () => {},
  }
}

async function wholeStage(stage: Stage): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  const signal = new AbortController().signal
  for (let index = 0; index < stage.pieces; index++) pieces.push(await stage.read(index, signal))
  const bytes = Buffer.concat(pieces)
  if (contentOf(bytes).root !== stage.content.root) throw new Error('the stage is not complete')
  return bytes
}
