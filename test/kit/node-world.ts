import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { TotalsMeter } from '../../src/base/meter.ts'
import { SettingsFile } from '../../src/doors/api/settings-file.ts'
import { parseConfig } from '../../src/doors/contract/config.ts'
import { openNode } from '../../src/node.ts'
import type { Node } from '../../src/node.ts'
import { loopbackSwarms } from './loopback-swarms.ts'
import { MemoryNeighbourhood } from './memory-discovery.ts'
import { MemoryInterfaces } from './memory-interfaces.ts'
import { MemoryNetwork } from './memory-network.ts'
import { RecordingLog } from './recording-log.ts'
import { testSurroundings } from './surroundings.ts'
import { tempFolder } from './temp-folder.ts'
import type { TempFolder } from './temp-folder.ts'

/** Whole nodes in one process: a network in memory, real folders and databases, and the time of the wall. */
export class NodeWorld implements AsyncDisposable {
  readonly network = new MemoryNetwork(systemClock)
  readonly log = new RecordingLog()
  readonly #neighbourhood = new MemoryNeighbourhood()
  readonly #folder: TempFolder
  readonly #opened = new AsyncDisposableStack()

  private constructor(folder: TempFolder) {
    this.#folder = folder
  }

  static async open(): Promise<NodeWorld> {
    return new NodeWorld(await tempFolder())
  }

  /** The node of the person `name`. Once disposed it may be opened again, with all that it knew. */
  async node(name: string, settings: object = {}): Promise<Node> {
    const config = parseConfig(JSON.stringify({ name, ...settings }))
    const stateFolder = this.path(name, 'state')
    const surroundings = {
      ...testSurroundings(name),
      ...{ clock: systemClock, meter: new TotalsMeter(), log: this.log },
    }
    const node = await openNode(
      {
        ...{ stateFolder, config, version: '1.2.3', stop: () => {} },
        settings: new SettingsFile(this.path(name, 'config.json')),
      },
      {
        surroundings,
        interfaces: new MemoryInterfaces(),
        passwordCost: { memoryKiB: 8, iterations: 1, parallelism: 1 },
        transport: (parts) => this.network.transport(parts),
        discover: async (self) => this.#neighbourhood.join(self),
        openSwarms: (_config, _interfaces, onIncoming) =>
          loopbackSwarms(onIncoming, { host: '127.0.0.1' }),
      },
    )
    return this.#opened.use(node)
  }

  /** A place on the disk of the person `name`. */
  path(name: string, ...parts: readonly string[]): string {
    return join(this.#folder.path, name, ...parts)
  }

  /** Files by path below a folder of the person `name`, which is made. Returns the folder. */
  async plant(
    name: string,
    folder: string,
    files: Readonly<Record<string, string | Uint8Array>>,
  ): Promise<string> {
    await mkdir(this.path(name, folder), { recursive: true })
    for (const [path, content] of Object.entries(files)) {
      const file = this.path(name, folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, content)
    }
    return this.path(name, folder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
    await this.#folder[Symbol.asyncDispose]()
  }
}
