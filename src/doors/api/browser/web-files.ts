import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MissingError } from '../../../base/errors.ts'

/** The built web UI, held in memory: it is small, and nothing that is asked for becomes a path on the disk. */
export class WebFiles {
  readonly #folder: string
  #files: Promise<BuiltFiles> | undefined

  /** `folder` is read at the first question. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The file at `path`; the page itself at `/`. Rejects with MissingError. */
  async answer(path: string): Promise<Response> {
    const name = path === '/' ? '/index.html' : path
    const files = await (this.#files ??= readBuilt(this.#folder))
    // A checkout may be built while its node runs.
    if (files.size === 0) this.#files = undefined
    const bytes = files.get(name)
    if (!bytes) throw new MissingError(path === '/' ? notBuilt : 'There is nothing here.')
    return new Response(bytes, {
      headers: {
        'content-type': typeOf(name),
        // Names of assets hold the hash of what is in them.
        'cache-control': name.startsWith('/assets/')
          ? 'public, max-age=31536000, immutable'
          : 'no-cache',
      },
    })
  }
}

type BuiltFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>

/** What is in `folder`, by path; nothing, if it was not built. */
async function readBuilt(folder: string): Promise<BuiltFiles> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const path = file.slice(folder.length).replaceAll('\\', '/')
    files.set(path, new Uint8Array(await readFile(file)))
  }
  return files
}

function typeOf(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1)
  return types.get(extension) ?? 'application/octet-stream'
}

const types = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['woff2', 'font/woff2'],
  ['webmanifest', 'application/manifest+json'],
])

const notBuilt = 'The web UI is not built here. In a checkout: npm run build:web'
