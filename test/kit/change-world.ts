import assert from 'node:assert/strict'
import type { Answerer } from '../../src/mesh/mesh.ts'
import { parseInvite } from '../../src/shares/invite.ts'
import type { OwnShare } from '../../src/shares/shares.ts'
import type { RemoteEditor, RemoteShare } from '../../src/transfer/transfer.ts'
import { MemoryLocalFiles } from './memory-files.ts'
import { MemoryFolder } from './memory-folder.ts'
import type { MemoryFiles } from './memory-holding.ts'
import { RemoteWorld } from './remote-world.ts'
import type { RemoteNode } from './remote-world.ts'
import { joinSharing } from './sharing-node.ts'
import type { SharingNode } from './sharing-node.ts'

/** A writer with Ana's share open for changing. */
export interface Writer {
  readonly node: RemoteNode
  readonly files: MemoryLocalFiles
  readonly share: RemoteShare
  readonly editor: RemoteEditor
}

/** Ana shares a folder that her contacts may change. */
export class ChangeWorld implements AsyncDisposable {
  readonly world = new RemoteWorld()
  readonly folder: MemoryFolder
  ana!: SharingNode
  share!: OwnShare

  constructor(files: MemoryFiles) {
    this.folder = new MemoryFolder('/home/ana/Photos', files)
  }

  static async open(files: MemoryFiles = { 'a.txt': 'first', 'b.txt': 'b' }): Promise<ChangeWorld> {
    const there = new ChangeWorld(files)
    there.ana = await joinSharing(there.world, 'ana', { openFolder: async () => there.folder })
    there.share = await there.ana.share({ read: 'everyone', change: 'contacts' })
    return there
  }

  get clock() {
    return this.world.outside.clock
  }

  get network() {
    return this.world.mesh.network
  }

  /** A contact of Ana's whom she trusts, with the share open. */
  async writer(name: string, around?: (usual: Answerer) => Answerer): Promise<Writer> {
    const files = new MemoryLocalFiles()
    const node = await this.world.join(name, { files, ...(around && { around }) })
    await this.ana.mesh.book.put(node.peer, { petname: name, trust: 'trusted' })
    const invite = parseInvite(this.share.link())
    const { id } = await node.remote.accept({ ...invite, addresses: [this.ana.address] })
    const share = await node.remote.open(id, {}, new AbortController().signal)
    assert.ok(share.files.scope === 'change')
    return { node, files, share, editor: share.files.editor }
  }

  /** Lets time pass until the change is answered, one way or the other. */
  async answered<Value>(changing: Promise<Value>): Promise<Value> {
    let isAnswered = false
    changing.then(
      () => (isAnswered = true),
      () => (isAnswered = true),
    )
    await this.clock.advanceUntil(() => isAnswered, { stepMs: 50 })
    return changing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]()
    assert.deepEqual(this.world.outside.log.errors, [])
  }
}
