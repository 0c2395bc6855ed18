import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../base/database.ts'
import { keepPort, keptPort } from '../../base/kept-port.ts'
import { makePrivateFolder } from '../../base/private-folder.ts'
import type { Random } from '../../base/random.ts'
import { Serial } from '../../base/serial.ts'
import { generatedPassword } from '../../shares/access/generated-password.ts'
import { OpenedShares } from '../../transfer/files/opened-shares.ts'
import { forgetOtherShares, openDriveDatabase } from './drive-database.ts'
import type { DriveDesk, DriveParts } from './drive.ts'
import { DriveWorld } from './files/drive-world.ts'
import { PrivateFiles } from './files/private-files.ts'
import { Stages } from './files/stages.ts'
import { DrivePortError, openDriveServer } from './http/drive-server.ts'
import type { DriveServer } from './http/drive-server.ts'
import { driveUser } from './http/gate.ts'
import { LockTable } from './locks/lock-table.ts'
import { DeadProperties } from './properties/dead-properties.ts'

/** The drive of a node: off until it is switched on, and then on after every restart. */
export interface Drive extends AsyncDisposable {
  /** Where it is and what opens it; undefined while it is off. */
  access(): DriveAccess | undefined
  turnOn(): Promise<DriveAccess>
  turnOff(): Promise<void>
}

export interface DriveAccess {
  /** `http://127.0.0.1:PORT/`: the same after each restart, unless another program takes the port. */
  readonly address: string
  readonly user: string
  readonly password: string
  /** The file that holds the password and nothing else, mode 0600. */
  readonly passwordFile: string
}

/** Opens the drive as it was when the node ended. */
export async function openDrive(parts: DriveParts): Promise<Drive> {
  await using opened = new AsyncDisposableStack()
  const { folder, surroundings, remoteShares } = parts
  const { clock, random, log } = surroundings
  await makePrivateFolder(folder)
  const database = opened.use(await openDriveDatabase(join(folder, 'drive.db')))
  await forgetOtherShares(database, [
    ...parts.shares.all().map(({ id }) => id),
    ...remoteShares.known().map(({ id }) => id),
  ])
  const opening = opened.use(new OpenedShares(remoteShares, clock))
  const desk: DriveDesk = {
    world: new DriveWorld(parts, opening, new PrivateFiles(database, clock)),
    locks: await LockTable.open(database, clock, random),
    properties: new DeadProperties(database),
    stages: await Stages.open(join(folder, 'stages'), random),
    surroundings,
  }
  const drive = opened.use(new SwitchedDrive(desk, folder, database))
  if (await drive.wasOn()) {
    await drive.turnOn().catch((error: unknown) => log.error('The drive does not start', error))
  }
  const kept = opened.move()
  return {
    access: () => drive.access(),
    turnOn: () => drive.turnOn(),
    turnOff: () => drive.turnOff(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

class SwitchedDrive implements AsyncDisposable {
  readonly #desk: DriveDesk
  readonly #folder: string
  readonly #database: Database
  readonly #turns = new Serial()
  #running: (DriveAccess & { readonly server: DriveServer }) | undefined

  constructor(desk: DriveDesk, folder: string, database: Database) {
    this.#desk = desk
    this.#folder = folder
    this.#database = database
  }

  access(): DriveAccess | undefined {
    if (!this.#running) return undefined
    const { server: _, ...access } = this.#running
    return access
  }

  async wasOn(): Promise<boolean> {
    const [row] = await this.#database.all("SELECT value FROM settings WHERE name = 'on'")
    return row?.['value'] === 'yes'
  }

  turnOn(): Promise<DriveAccess> {
    return this.#turns.run(async () => {
      const running = (this.#running ??= await this.#start())
      await this.#remember('yes')
      const { server: _, ...access } = running
      return access
    })
  }

  turnOff(): Promise<void> {
    return this.#turns.run(async () => {
      await this.#stop()
      await this.#remember('no')
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turns.run(() => this.#stop())
  }

  async #start(): Promise<DriveAccess & { readonly server: DriveServer }> {
    const { random } = this.#desk.surroundings
    const passwordFile = join(this.#folder, 'password')
    const password = await keptPassword(passwordFile, random)
    const server = await this.#listen(password)
    const address = `http://127.0.0.1:${server.port}/`
    return { address, user: driveUser, password, passwordFile, server }
  }

  /** At the port that mounts know; at another one if somebody else has that by now. */
  async #listen(password: string): Promise<DriveServer> {
    const file = join(this.#folder, 'port')
    const before = await keptPort(file)
    const server = await openDriveServer(this.#desk, { port: before, password }).catch(
      (error: unknown) => {
        if (before === 0 || !(error instanceof DrivePortError)) throw error
        return openDriveServer(this.#desk, { port: 0, password })
      },
    )
    if (server.port !== before) await keepPort(file, server.port)
    return server
  }

  async #stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.server[Symbol.asyncDispose]()
  }

  async #remember(value: 'yes' | 'no'): Promise<void> {
    const sql = "INSERT OR REPLACE INTO settings (name, value) VALUES ('on', ?)"
    await this.#database.write([{ sql, values: [value] }])
  }
}

/** Made once: it stands in the settings of whatever mounts the drive. */
async function keptPassword(file: string, random: Random): Promise<string> {
  const before = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (before !== '') return before
  const made = generatedPassword(random)
  await writeFile(file, `${made}\n`, { mode: 0o600 })
  return made
}
