import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { pieceBytes } from '../../../src/content/content.ts'
import type { Entry, SharePath, TreeSummary } from '../../../src/content/content.ts'
import type { IndexChange } from '../../../src/content/index/index-writer.ts'
import type { LocalIndex } from '../../../src/content/index/local-index.ts'
import { applyWriterChanges } from '../../../src/content/index/writer-changes.ts'
import { isWithin, nameOf, parentOf, parseSharePath } from '../../../src/content/names.ts'
import { buildDirectory } from '../../../src/content/tree/build.ts'
import { contentOfBytes, layerOfBytes } from '../../kit/content-of-bytes.ts'
import { openIndex } from '../../kit/open-index.ts'

suite('what the writer tells the index', () => {
  test('is the tree that it made, whatever it did in whatever order', async () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
    const step = fc.record({
      kind: fc.constantFrom('put', 'make', 'remove', 'move'),
      path,
      to: path,
      text: fc.constantFrom('one', 'two', 'x'.repeat(70_000)),
    })
    await using open = await openIndex()
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 5 }), (batches) => {
        const model = new Model()
        applyAll(open.index, open.index.list(parseSharePath(''), undefined, 100).map(removed))
        for (const batch of batches) {
          applyAll(
            open.index,
            batch.flatMap((one) => model.change(one)),
          )
          assert.deepEqual(open.index.summary(), model.summary(''))
          model.assertFound(open.index)
        }
        const pages = open.database.prepare('SELECT sum(uses) AS uses FROM pages').get()
        const places = open.database
          .prepare('SELECT (SELECT count(*) FROM places) + (SELECT count(*) FROM forks) AS uses')
          .get()
        assert.deepEqual(pages, places)
      }),
      { numRuns: 60 },
    )
  })

  test('keeps a layer as long as a file has it, also when the layer comes later', async () => {
    await using open = await openIndex()
    const bytes = Buffer.alloc(pieceBytes + 1, 'large')
    const [content, layer] = [contentOfBytes(bytes), layerOfBytes(bytes)]
    applyAll(
      open.index,
      ['a', 'b'].map((path) => put(path, bytes)),
    )
    open.index.layers.keep(content, layer)
    const month = 32 * 24 * 3_600_000
    open.index.purge(month)
    applyAll(open.index, [{ kind: 'remove', path: 'a' as SharePath }])
    open.index.purge(2 * month)
    assert.ok(open.index.layers.get(content))
    applyAll(open.index, [{ kind: 'remove', path: 'b' as SharePath }])
    open.index.purge(3 * month)
    assert.equal(open.index.layers.get(content), undefined)
  })

  test('names a file by its path alone, whatever else is known of it', async () => {
    await using open = await openIndex()
    const change = put('a (conflict)', Buffer.from('one'))
    assert.ok(change.kind === 'put')
    const entry = { ...change.attributes, kind: 'file', name: 'a', content: contentOf('two') }
    applyAll(open.index, [put('a', Buffer.from('two')), { ...change, attributes: entry }])
    const [, listed] = open.index.list(parseSharePath(''), undefined, 10)
    assert.deepEqual(listed, {
      kind: 'file',
      name: 'a (conflict)',
      content: change.content,
      ...change.attributes,
    })
  })

  test('makes no directories for what is removed and was never there', async () => {
    await using open = await openIndex()
    const before = open.index.summary()
    applyAll(open.index, [{ kind: 'remove', path: 'not/there' as SharePath }])
    assert.deepEqual(open.index.summary(), before)
  })
})

/** Files by path, and directories. */
class Model {
  readonly #files = new Map<string, string>()
  readonly #directories = new Set<string>()

  /** Does the step if a writer would do it, and returns what that would tell. */
  change(step: { kind: string; path: string; to: string; text: string }): IndexChange[] {
    const { kind, path, text, to } = step
    const is = this.#has(path)
    if (kind === 'put' && this.#isRoom(path) && !this.#directories.has(path)) {
      this.#makeAbove(path)
      this.#files.set(path, text)
      return [put(path, Buffer.from(text))]
    }
    if (kind === 'make' && this.#isRoom(path) && !is) {
      this.#makeAbove(path)
      this.#directories.add(path)
      return [{ kind: 'make', path: parseSharePath(path) }]
    }
    if (kind === 'remove' && is) {
      for (const one of this.#within(path)) this.#drop(one)
      return [{ kind: 'remove', path: parseSharePath(path) }]
    }
    const canMove = is && this.#isRoom(to) && !this.#has(to)
    if (kind !== 'move' || !canMove || isWithin(parseSharePath(to), parseSharePath(path))) return []
    this.#makeAbove(to)
    for (const one of this.#within(path)) this.#move(one, to + one.slice(path.length))
    return [{ kind: 'move', from: parseSharePath(path), to: parseSharePath(to) }]
  }

  summary(directory: string): TreeSummary {
    const entries: Entry[] = []
    for (const path of [...this.#files.keys(), ...this.#directories]) {
      if (parentOf(parseSharePath(path)) !== directory) continue
      const name = nameOf(parseSharePath(path))
      const text = this.#files.get(path)
      if (text === undefined) entries.push({ kind: 'directory', name, summary: this.summary(path) })
      else entries.push({ kind: 'file', name, content: contentOf(text), ...attributes })
    }
    return buildDirectory(entries).summary
  }

  /** Each of the larger contents is found somewhere, and nothing that is not there. */
  assertFound(index: LocalIndex): void {
    const texts = new Set(this.#files.values())
    for (const text of ['one', 'x'.repeat(70_000)]) {
      const path = index.find(contentOf(text))
      const isFound = path !== undefined && this.#files.get(path) === text
      assert.equal(isFound, text.length > 65_535 && texts.has(text))
    }
  }

  #has(path: string): boolean {
    return this.#files.has(path) || this.#directories.has(path)
  }

  #isRoom(path: string): boolean {
    const above = parentOf(parseSharePath(path))
    return above === '' || (!this.#files.has(above) && this.#isRoom(above))
  }

  #makeAbove(path: string): void {
    const above = parentOf(parseSharePath(path))
    if (above === '') return
    this.#directories.add(above)
    this.#makeAbove(above)
  }

  #within(path: string): string[] {
    return [...this.#files.keys(), ...this.#directories].filter((one) =>
      isWithin(parseSharePath(one), parseSharePath(path)),
    )
  }

  #drop(path: string): void {
    this.#files.delete(path)
    this.#directories.delete(path)
  }

  #move(path: string, to: string): void {
    const text = this.#files.get(path)
    this.#drop(path)
    if (text === undefined) this.#directories.add(to)
    else this.#files.set(to, text)
  }
}

const attributes = { mtimeMs: 1_000, executable: false }

const contents = new Map<string, ReturnType<typeof contentOfBytes>>()

function contentOf(text: string): ReturnType<typeof contentOfBytes> {
  const content = contents.get(text) ?? contentOfBytes(Buffer.from(text))
  contents.set(text, content)
  return content
}

function put(path: string, bytes: Uint8Array): IndexChange {
  return {
    kind: 'put',
    path: parseSharePath(path),
    content: contentOfBytes(bytes),
    attributes,
    stamps: { ino: 1n, size: BigInt(bytes.length), mtimeNs: 1_000_000_000n, ctimeNs: 1n },
  }
}

function removed({ name }: Entry): IndexChange {
  return { kind: 'remove', path: parseSharePath(name) }
}

function applyAll(index: LocalIndex, changes: readonly IndexChange[]): void {
  index.transaction(() => applyWriterChanges(index, changes))
}
