import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { tempFolder } from '../temp-folder.ts'
import type { TempFolder } from '../temp-folder.ts'

const run = promisify(execFile)
const checkout = join(import.meta.dirname, '../../..')

/** People with nodes of their own, in processes of their own, and windows of one browser that look at them. */
export class WebWorld implements AsyncDisposable {
  readonly #browser: Browser
  readonly #folder: TempFolder
  readonly #people: WebPerson[] = []

  private constructor(browser: Browser, folder: TempFolder) {
    this.#browser = browser
    this.#folder = folder
  }

  static async open(): Promise<WebWorld> {
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      // The tests run as whoever runs them, also where that is root.
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    })
    return new WebWorld(browser, await tempFolder())
  }

  /** Starts a node that others reach on this computer only. */
  async person(name: string, settings: object = {}): Promise<WebPerson> {
    const person = new WebPerson(this.#browser, join(this.#folder.path, name))
    const alone = { listen: { host: '127.0.0.1' }, discovery: { on: false } }
    await person.settle({ name, ...alone, ...settings })
    this.#people.push(person)
    return person
  }

  /** A picture of each window as it is now; tells the files. They stay when the world has gone. */
  async picture(): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'fullmesh-windows-'))
    const pages = this.#browser.contexts().flatMap((context) => context.pages())
    const files = pages.map((_, at) => join(folder, `window-${at + 1}.png`))
    await Promise.all(pages.map((page, at) => page.screenshot({ path: files[at] ?? '' })))
    return files
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
    for (const person of this.#people) await person.command('down', '--quiet').catch(() => {})
    await this.#folder[Symbol.asyncDispose]()
  }
}

export class WebPerson {
  readonly #browser: Browser
  /** What the node and the person's folders are below. */
  readonly home: string

  constructor(browser: Browser, home: string) {
    this.#browser = browser
    this.home = home
  }

  path(...parts: readonly string[]): string {
    return join(this.home, ...parts)
  }

  async settle(settings: object): Promise<void> {
    await mkdir(this.path('config'), { recursive: true, mode: 0o700 })
    await writeFile(this.path('config', 'config.json'), JSON.stringify(settings))
  }

  /** Files by path below a folder of this person; returns the folder. */
  async plant(
    folder: string,
    files: Readonly<Record<string, string | Uint8Array>>,
  ): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      const file = this.path(folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, content)
    }
    return this.path(folder)
  }

  /** Types a command; resolves with what it printed. */
  async command(...words: readonly string[]): Promise<string> {
    return this.commandWith({}, ...words)
  }

  /** The same, with more in the environment, such as a password. */
  async commandWith(
    environment: Readonly<Record<string, string>>,
    ...words: readonly string[]
  ): Promise<string> {
    const { stdout } = await run(process.execPath, [join(checkout, 'bin', 'fullmesh'), ...words], {
      env: { ...process.env, FULLMESH_HOME: this.home, HOME: this.home, ...environment },
    })
    return stdout
  }

  /** A window with the node's web UI, let in as `fullmesh ui` does. */
  async window(options: BrowserContextOptions = {}): Promise<Page> {
    const entrance = JSON.parse(await this.command('ui', '--json')) as { address: string }
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 860 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(giveUpMs)
    await page.goto(entrance.address)
    await page.locator('main#main').waitFor()
    return page
  }
}

/** Generous: it only ends a test that would never end. */
const giveUpMs = Number(process.env['GIVE_UP_MS'] ?? 20_000)
