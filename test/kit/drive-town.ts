import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DriveAccess } from '../../src/doors/api/api.ts'
import type { Node } from '../../src/node.ts'
import type { OwnShare } from '../../src/shares/shares.ts'
import { NodeWorld } from './node-world.ts'
import { follow, share } from './story.ts'

/** A share as one of the drives shows it. */
export interface DriveSite {
  /** Of the share, with a slash at its end. */
  readonly url: string
  /** Its names in the drive. */
  readonly place: string
  readonly access: DriveAccess
  readonly node: Node
}

/** Ana shares a folder, Ben may change it, Cleo may read it; all three have their drives on. */
export class DriveTown implements AsyncDisposable {
  readonly world: NodeWorld
  readonly shared: OwnShare
  /** On Ana's disk. */
  readonly folder: string
  readonly local: DriveSite
  readonly remote: DriveSite
  readonly reader: DriveSite

  private constructor(
    world: NodeWorld,
    shared: OwnShare,
    sites: Readonly<Record<'local' | 'remote' | 'reader', DriveSite>>,
  ) {
    this.world = world
    this.shared = shared
    this.folder = shared.folder.path
    this.local = sites.local
    this.remote = sites.remote
    this.reader = sites.reader
  }

  static async open(files: Readonly<Record<string, string | Uint8Array>>): Promise<DriveTown> {
    const world = await NodeWorld.open()
    const ana = await world.node('ana')
    const folder = await world.plant('ana', 'Work', files)
    const shared = await share(ana, folder, {
      change: 'password',
      passwords: { change: 'touch' },
    })
    const link = shared.link()
    const ben = await world.node('ben')
    await follow(ben, link, 'touch')
    const cleo = await world.node('cleo')
    await follow(cleo, link)
    return new DriveTown(world, shared, {
      local: await siteOf(ana, 'me/Work'),
      remote: await siteOf(ben, 'ana/Work'),
      reader: await siteOf(cleo, 'ana/Work'),
    })
  }

  /** A folder for a program of the person `name`, with files in it. */
  async desk(name: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
    const desk = this.world.path(name, 'desk')
    await mkdir(desk, { recursive: true })
    for (const [file, content] of Object.entries(files)) {
      await writeFile(join(desk, file), content, { mode: 0o600 })
    }
    return desk
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]()
  }
}

/** The same place once more, after something about the node or its drive has changed. */
export async function siteOf(node: Node, place: string): Promise<DriveSite> {
  const access = await node.drive.turnOn()
  return { url: `${access.address}${place}/`, place, access, node }
}
