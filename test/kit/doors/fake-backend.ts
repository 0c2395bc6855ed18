import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backend } from '../../../src/doors/api/api.ts'
import { SettingsFile } from '../../../src/doors/api/settings-file.ts'
import { MemoryMesh } from '../memory-mesh.ts'
import type { Member } from '../memory-mesh.ts'
import { FakeCopies } from './fake-copies.ts'
import { FakeDrive } from './fake-drive.ts'
import { FakeRemoteShares } from './fake-remote-shares.ts'
import { FakeShares } from './fake-shares.ts'
import { FakeTorrents } from './fake-torrents.ts'
import { contentOf } from './memory-files.ts'

/**
 * What doors stand on, in memory: Ana's node with a share of her own, and Bob on the LAN, who shares three
 * folders: one open, one by link, one by password.
 */
export class FakeBackend implements Backend, AsyncDisposable {
  readonly shares: FakeShares
  readonly mesh: Backend['mesh']
  readonly remoteShares: FakeRemoteShares
  readonly copies = new FakeCopies()
  readonly surroundings: MemoryMesh['surroundings']
  readonly node: Backend['node']
  readonly localFiles: Backend['localFiles'] = {
    open: async (path) => {
      const bytes = await readFile(path)
      return {
        content: contentOf(bytes),
        layer: undefined,
        piece: async (index) => bytes.subarray(index * 2 ** 20, (index + 1) * 2 ** 20),
        [Symbol.asyncDispose]: async () => {},
      }
    },
  }
  readonly drive = new FakeDrive()
  readonly torrents = new FakeTorrents()
  readonly bob: Member
  stopped = false
  readonly #world: MemoryMesh

  private constructor(world: MemoryMesh, ana: Member, bob: Member, stateFolder: string) {
    this.#world = world
    this.bob = bob
    this.mesh = ana.mesh
    this.surroundings = world.surroundings
    this.shares = new FakeShares(ana.mesh.identity.peerId, () => world.surroundings.clock.now())
    this.remoteShares = new FakeRemoteShares(ana.mesh)
    this.node = {
      version: '1.2.3',
      name: 'ana-laptop',
      sinceMs: world.surroundings.clock.now(),
      stateFolder,
      discoveryOn: true,
      settings: new SettingsFile(join(stateFolder, 'config.json')),
      traffic: () => world.surroundings.meter.totals(),
      stop: () => {
        this.stopped = true
      },
    }
  }

  static async open(stateFolder: string): Promise<FakeBackend> {
    const world = new MemoryMesh('doors')
    const backend = new FakeBackend(
      world,
      await world.join('ana'),
      await world.join('bob'),
      stateFolder,
    )
    backend.shares.plant('Photos', {
      'beach.jpg': 'sand',
      'run.sh': 'true',
      '2024/winter/ice.jpg': 'cold',
      '2024/spring.jpg': 'green',
    })
    const bob = backend.bob.mesh.identity.peerId
    backend.remoteShares.plant(bob, 'Music', 'everyone', {
      'song.mp3': 'la',
      'rock/loud.mp3': 'LA',
    })
    backend.remoteShares.plant(bob, 'Work', 'password', { 'plan.txt': 'first\n' })
    backend.remoteShares.plant(bob, 'Secret', 'link', { 'key.txt': 'hush' })
    return backend
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#world[Symbol.asyncDispose]()
  }
}
