import { mkdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SwarmId } from '../bittorrent.ts'

/** Where a torrent's files are until they are whole: on the same disk as where they go, and shown to nobody. */
export class StageFolder {
  readonly path: string
  #isThere = false

  constructor(destination: string, swarm: SwarmId) {
    this.path = join(destination, ownFolder, stageFolder, swarm)
  }

  async make(): Promise<void> {
    if (this.#isThere) return
    await mkdir(this.path, { recursive: true, mode: 0o700 })
    this.#isThere = true
  }

  /** And the node's own place with it, if nothing else is in that. */
  async remove(): Promise<void> {
    this.#isThere = false
    await rm(this.path, { recursive: true, force: true })
    for (const folder of [dirname(this.path), dirname(dirname(this.path))]) {
      await rmdir(folder).catch(() => {})
    }
  }
}

/** The node's own place in a folder: never listed, never served (content/names.ts). */
const ownFolder = '.fullmesh'

const stageFolder = 'torrents'
