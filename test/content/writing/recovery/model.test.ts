import assert from 'node:assert/strict'
import { existsSync, lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite, test } from 'node:test'
import { array, asyncProperty, assert as always, constantFrom, nat, record } from 'fast-check'
import { NodeError } from '../../../../src/base/errors.ts'
import type { BinKind } from '../../../../src/content/content.ts'
import { parseSharePath, sharePathOfRoot } from '../../../../src/content/names.ts'
import { watchDisk } from '../../../kit/watched-disk.ts'
import { never, target, textContent, writtenFolder } from '../../../kit/written-folder.ts'
import type { WrittenFolder } from '../../../kit/written-folder.ts'

/** Every text that was acknowledged, or that somebody else wrote, and which ones must not be lost. */
class Model {
  readonly folder: WrittenFolder
  readonly known = new Set<string>()
  readonly kept = new Set<string>()
  #count = 0

  constructor(folder: WrittenFolder) {
    this.folder = folder
  }

  newText(): string {
    const text = `text ${++this.#count}`
    this.known.add(text)
    return text
  }

  /** What stands at `path`, if it is a file. */
  textAt(path: string): string | undefined {
    const place = join(this.folder.root, path)
    return existsSync(place) && lstatSync(place).isFile() ? this.folder.text(path) : undefined
  }

  check(after: string): void {
    const seen = Object.values(this.folder.texts())
    const bin = [...this.folder.ownTexts('versions'), ...this.folder.ownTexts('trash')]
    for (const text of [...seen, ...bin]) assert.ok(this.known.has(text), `torn after ${after}`)
    const found = new Set([...seen, ...bin])
    for (const text of this.kept) assert.ok(found.has(text), `${text} lost after ${after}`)
  }
}

interface Change {
  readonly kind: keyof typeof deeds
  readonly path: string
  readonly other: string
  readonly choice: number
  /** How many changes of the disk it survives, or more than there are. */
  readonly dies: number
}

type Deed = (model: Model, change: Change) => Promise<void>

const deeds = {
  put: async (model, { choice, path }) => {
    const text = model.newText()
    const there = model.textAt(path)
    const believed = there === undefined ? 'absent' : textContent(there)
    const base = (['absent', 'any', believed, textContent('stale')] as const)[choice % 4]
    await model.folder.put(path, text, { base: base ?? 'any' })
    model.kept.add(text)
  },
  move: ({ folder }, { other, path }) =>
    folder.writing.writer.move(parseSharePath(path), parseSharePath(other), never),
  remove: ({ folder }, { path }) =>
    folder.writing.writer.remove(parseSharePath(path), 'any', 'ana', never),
  duplicate: async (model, { other, path }) => {
    const text = model.textAt(path)
    if (text === undefined) return
    const { writer } = model.folder.writing
    const to = target(other, { base: 'any' })
    await writer.duplicate(parseSharePath(path), textContent(text), to, never)
  },
  restore: async ({ folder }, { choice, other }) => {
    const kind: BinKind = choice % 2 === 0 ? 'version' : 'trash'
    const items = await folder.writing.bin.list(kind, sharePathOfRoot)
    const item = items[choice % Math.max(1, items.length)]
    const to = choice % 3 === 0 ? parseSharePath(other) : undefined
    if (item) await folder.writing.bin.restore(item.id, to, 'ana', never)
  },
  edit: async (model, { path }) => {
    const above = join(model.folder.root, dirname(path))
    const there = model.textAt(path)
    if (!existsSync(above) || !lstatSync(above).isDirectory()) return
    if (there === undefined && existsSync(join(model.folder.root, path))) return
    // Who writes over a text means to: keeping it is none of ours.
    if (there !== undefined) model.kept.delete(there)
    const text = model.newText()
    model.folder.plant(path, text)
    model.kept.add(text)
  },
  reopen: async ({ folder }) => {
    await folder.close()
    await folder.open()
  },
} as const satisfies Readonly<Record<string, Deed>>

suite('any sequence of changes', () => {
  test('leaves every text somewhere that was acknowledged, or written by somebody else', async () => {
    await always(
      asyncProperty(array(changes, { maxLength: 20 }), async (sequence) => {
        await using folder = await writtenFolder()
        const model = new Model(folder)
        for (const change of sequence) {
          await carryOut(model, change)
          model.check(JSON.stringify(change))
        }
      }),
      { numRuns: 60 },
    )
  })
})

/** A change may be refused, or be killed; either loses nothing. */
async function carryOut(model: Model, change: Change): Promise<void> {
  let left = change.dies
  const isKillable = change.kind !== 'edit' && change.kind !== 'reopen'
  const step = () => {
    if (isKillable && --left < 0) throw new Error('killed')
  }
  try {
    using _ = watchDisk(step)
    model.folder.beforeJournal = step
    await deeds[change.kind](model, change)
  } catch (error) {
    if (left >= 0 && !(error instanceof NodeError && error.kind !== 'bug')) throw error
  } finally {
    model.folder.beforeJournal = () => {}
  }
  if (left >= 0) return
  model.folder.crash()
  await model.folder.open()
}

const paths = constantFrom('a', 'b', 'd', 'd/a', 'd/e/a', 'A')

const changes = record<Change>({
  kind: constantFrom(
    'put',
    'put',
    'put',
    'move',
    'remove',
    'duplicate',
    'restore',
    'edit',
    'reopen',
  ),
  path: paths,
  other: paths,
  choice: nat(11),
  dies: nat(60),
})
