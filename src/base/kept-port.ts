import { readFile, writeFile } from 'node:fs/promises'

/**
 * The port at which a node was reached before: links that were given away name it. 0 where none is kept.
 */
export async function keptPort(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const port = Number(text.trim())
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : 0
}

export async function keepPort(file: string, port: number): Promise<void> {
  await writeFile(file, `${port}\n`, { mode: 0o600 })
}
