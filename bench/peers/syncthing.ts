import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../kit/command.ts'
import { freePort } from '../kit/free-port.ts'
import { Server } from '../kit/server.ts'
import { until } from '../kit/until.ts'
import type { Usage } from '../kit/usage.ts'

/** A Syncthing that talks to nobody but whom it is told of, without discovery, relays or reports. */
export class Syncthing implements AsyncDisposable {
  readonly id: string
  readonly address: string
  readonly #api: string
  readonly #key: string
  readonly #server: Server

  private constructor(parts: {
    id: string
    address: string
    api: string
    key: string
    server: Server
  }) {
    this.id = parts.id
    this.address = parts.address
    this.#api = parts.api
    this.#key = parts.key
    this.#server = parts.server
  }

  static async start(home: string): Promise<Syncthing> {
    await mkdir(home, { recursive: true })
    await run(['syncthing', 'generate', `--home=${home}`, '--no-default-folder'])
    const file = join(home, 'config.xml')
    const [api, sync] = [await freePort(), await freePort()]
    const text = await readFile(file, 'utf8')
    const key = /<apikey>(?<key>[^<]+)</.exec(text)?.groups?.['key'] ?? ''
    const settings: readonly (readonly [string, string])[] = [
      ['globalAnnounceEnabled', 'false'],
      ['localAnnounceEnabled', 'false'],
      ['relaysEnabled', 'false'],
      ['natEnabled', 'false'],
      ['crashReportingEnabled', 'false'],
      ['urAccepted', '-1'],
      ['autoUpgradeIntervalH', '0'],
      ['listenAddress', `tcp://127.0.0.1:${sync}`],
      ['startBrowser', 'false'],
    ]
    const changed = settings.reduce(
      (xml, [name, value]) =>
        xml.replaceAll(new RegExp(`<${name}>[^<]*<`, 'g'), `<${name}>${value}<`),
      text.replace(/<address>127\.0\.0\.1:\d+</, `<address>127.0.0.1:${api}<`),
    )
    await writeFile(file, changed)
    const server = await Server.start(
      ['syncthing', 'serve', `--home=${home}`, '--no-browser', '--no-upgrade', '--no-restart'],
      async () => (await asked(`http://127.0.0.1:${api}/rest/system/ping`, key)) !== undefined,
    )
    const status = await asked(`http://127.0.0.1:${api}/rest/system/status`, key)
    const id = String(status?.['myID'])
    return new Syncthing({
      id,
      address: `tcp://127.0.0.1:${sync}`,
      api: `http://127.0.0.1:${api}`,
      key,
      server,
    })
  }

  async know({ id, address }: Syncthing): Promise<void> {
    await this.#put(`/rest/config/devices/${id}`, { deviceID: id, name: id, addresses: [address] })
  }

  /** Gives a folder to others, or takes it from them. */
  async share(
    folder: string,
    path: string,
    devices: readonly Syncthing[],
    type: 'sendonly' | 'receiveonly',
  ): Promise<void> {
    await mkdir(path, { recursive: true })
    await this.#put(`/rest/config/folders/${folder}`, {
      ...{
        id: folder,
        label: folder,
        path,
        type,
        fsWatcherEnabled: true,
        fsWatcherDelayS: 1,
        rescanIntervalS: 3600,
      },
      devices: [this, ...devices].map((device) => ({ deviceID: device.id })),
    })
  }

  async unshare(folder: string): Promise<void> {
    await fetch(`${this.#api}/rest/config/folders/${folder}`, {
      method: 'DELETE',
      headers: { 'X-API-Key': this.#key },
    })
  }

  /** Waits until the folder is scanned, and nothing of it is missing here. */
  async complete(folder: string, files: number): Promise<void> {
    await until(async () => {
      const status = await asked(`${this.#api}/rest/db/status?folder=${folder}`, this.#key)
      return (
        status?.['state'] === 'idle' &&
        status['needFiles'] === 0 &&
        Number(status['localFiles']) >= files
      )
    }, 600_000)
  }

  usage(): Usage {
    return this.#server.usage()
  }

  get pid(): number {
    return this.#server.pid
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }

  async #put(path: string, body: object): Promise<void> {
    const headers = { 'X-API-Key': this.#key, 'content-type': 'application/json' }
    const answer = await fetch(this.#api + path, {
      method: 'PUT',
      headers,
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`syncthing refused ${path}: ${await answer.text()}`)
  }
}

async function asked(url: string, key: string): Promise<Record<string, unknown> | undefined> {
  try {
    const answer = await fetch(url, { headers: { 'X-API-Key': key } })
    return answer.ok ? ((await answer.json()) as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
