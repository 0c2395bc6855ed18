import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Serial } from '../../base/serial.ts'
import { checkConfig, parseConfig } from '../contract/config.ts'
import type { Config } from '../contract/config.ts'

/** The settings that a person may edit. What is not said there has its default, and is not written there either. */
export class SettingsFile {
  readonly path: string
  readonly #turns = new Serial()

  constructor(path: string) {
    this.path = path
  }

  /** All defaults if there is no file. Rejects with ConfigError. */
  async read(): Promise<Config> {
    return parseConfig(await this.#text(), this.path)
  }

  /** Sets the keys of `change`, each whole, and leaves the others. Rejects with ConfigError, and writes nothing then. */
  change(change: Readonly<Record<string, unknown>>): Promise<Config> {
    return this.#turns.run(async () => {
      const text = (await this.#text())?.trim()
      parseConfig(text, this.path)
      const before: unknown = text === undefined || text === '' ? {} : JSON.parse(text)
      const after = { ...(typeof before === 'object' ? before : {}), ...change }
      const checked = checkConfig(after, this.path)
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
      await writeFile(`${this.path}.new`, `${JSON.stringify(after, undefined, 2)}\n`, {
        mode: 0o600,
      })
      await rename(`${this.path}.new`, this.path)
      return checked
    })
  }

  async #text(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
}
