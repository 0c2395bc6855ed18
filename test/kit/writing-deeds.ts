import { pieceBytes } from '../../src/content/content.ts'
import type { Base, BinKind } from '../../src/content/content.ts'
import { parseSharePath, sharePathOfRoot } from '../../src/content/names.ts'
import { contentOfBytes, layerOfBytes } from './content-of-bytes.ts'
import { never, target, textContent } from './written-folder.ts'
import type { WrittenFolder } from './written-folder.ts'

const large = Buffer.alloc(pieceBytes + 100, 'large ')

export interface Deed {
  /** What is there before: by path, and as texts of versions and of the trash. */
  readonly before: (folder: WrittenFolder) => Promise<void>
  readonly does: (folder: WrittenFolder) => Promise<unknown>
  /** Every text that must not be lost, because it was there before. */
  readonly old: readonly string[]
  /** What may be in a file that can be seen. */
  readonly whole: readonly string[]
  /** What is in the folder once it was done without a death. */
  readonly after: Readonly<Record<string, string>>
}

/** Everything that a writer does to names, each with what has to be true of it. */
export const deeds = {
  'adding a small file': {
    before: async () => {},
    does: put('d/a', 'new'),
    old: [],
    whole: ['new'],
    after: { 'd/a': 'new' },
  },
  'replacing a small file': {
    before: put('a', 'old'),
    does: put('a', 'new', textContent('old')),
    old: ['old'],
    whole: ['old', 'new'],
    after: { a: 'new' },
  },
  'yielding to what stands there': {
    before: put('a', 'theirs'),
    does: put('a', 'ours'),
    old: ['theirs'],
    whole: ['theirs', 'ours'],
    after: { a: 'theirs', [conflictOf('ours')]: 'ours' },
  },
  'setting the attributes of a file': {
    before: put('a', 'same'),
    does: (folder) =>
      folder.put('a', 'same', { base: 'any', attributes: { mtimeMs: 5_000, executable: true } }),
    old: ['same'],
    whole: ['same'],
    after: { a: 'same' },
  },
  'a batch': {
    before: putAll({ a: 'a1', b: 'b1', same: 'same' }, 'absent'),
    does: putAll({ a: 'a2', b: 'b2', same: 'same', 'd/new': 'new' }, 'any'),
    old: ['a1', 'b1', 'same'],
    whole: ['a1', 'a2', 'b1', 'b2', 'same', 'new'],
    after: { a: 'a2', b: 'b2', same: 'same', 'd/new': 'new' },
  },
  'staging and installing a larger file': {
    before: put('large', 'old'),
    does: async ({ writing: { writer } }) => {
      const stage = await writer.stage(contentOfBytes(large), never)
      await stage.acceptLayer(layerOfBytes(large))
      for (const index of [1, 0]) {
        const piece = large.subarray(index * pieceBytes, (index + 1) * pieceBytes)
        await stage.write(index, piece, never)
      }
      await writer.install(stage, target('large', { base: 'any' }), never)
    },
    old: ['old'],
    whole: ['old', large.toString()],
    after: { large: large.toString() },
  },
  'duplicating a file': {
    before: putAll({ a: 'text', b: 'old' }, 'absent'),
    does: ({ writing: { writer } }) =>
      writer.duplicate(
        parseSharePath('a'),
        textContent('text'),
        target('b', { base: 'any' }),
        never,
      ),
    old: ['text', 'old'],
    whole: ['text', 'old'],
    after: { a: 'text', b: 'text' },
  },
  'moving a file': {
    before: put('a', 'text'),
    does: move('a', 'd/b'),
    old: ['text'],
    whole: ['text'],
    after: { 'd/b': 'text' },
  },
  'moving a folder': {
    before: putAll({ 'a/1': 'one', 'a/2': 'two' }, 'absent'),
    does: move('a', 'd/b'),
    old: ['one', 'two'],
    whole: ['one', 'two'],
    after: { 'd/b/1': 'one', 'd/b/2': 'two' },
  },
  'removing a file': {
    before: put('a', 'text'),
    does: remove('a'),
    old: ['text'],
    whole: ['text'],
    after: {},
  },
  'removing a folder': {
    before: putAll({ 'a/1': 'one', 'a/b/2': 'two' }, 'absent'),
    does: remove('a'),
    old: ['one', 'two'],
    whole: ['one', 'two'],
    after: {},
  },
  'restoring a version': {
    before: async (folder) => {
      await put('a', 'one')(folder)
      await put('a', 'two', 'any')(folder)
    },
    does: restoreLast('version'),
    old: ['one', 'two'],
    whole: ['one', 'two'],
    after: { a: 'one' },
  },
  'restoring a folder where a file stands': {
    before: async (folder) => {
      await put('a/1', 'one')(folder)
      await remove('a')(folder)
      await put('a', 'two')(folder)
    },
    does: restoreLast('trash'),
    old: ['one', 'two'],
    whole: ['one', 'two'],
    after: { 'a/1': 'one' },
  },
  'emptying the bin': {
    before: async (folder) => {
      await putAll({ a: 'one', 'd/b': 'two' }, 'absent')(folder)
      await put('a', 'three', 'any')(folder)
      await remove('d')(folder)
    },
    does: ({ writing }) => writing.bin.purge(Number.MAX_SAFE_INTEGER),
    old: ['three'],
    whole: ['three'],
    after: { a: 'three' },
  },
  'making folders': {
    before: put('a', 'text'),
    does: ({ writing }) => writing.writer.makeDirectory(parseSharePath('d/e/f'), never),
    old: ['text'],
    whole: ['text'],
    after: { a: 'text' },
  },
} satisfies Readonly<Record<string, Deed>>

export type DeedName = keyof typeof deeds

function put(path: string, text: string, base: Base = 'absent') {
  return putAll({ [path]: text }, base)
}

function putAll(texts: Readonly<Record<string, string>>, base: Base) {
  return async (folder: WrittenFolder) => {
    const results = await folder.putAll(Object.entries(texts), { base })
    for (const result of results) if (result instanceof Error) throw result
  }
}

function remove(path: string) {
  return (folder: WrittenFolder) =>
    folder.writing.writer.remove(parseSharePath(path), 'any', 'ben', never)
}

function move(from: string, to: string) {
  return (folder: WrittenFolder) =>
    folder.writing.writer.move(parseSharePath(from), parseSharePath(to), never)
}

function restoreLast(kind: BinKind) {
  return async (folder: WrittenFolder) => {
    const [item] = await folder.writing.bin.list(kind, sharePathOfRoot)
    return await folder.writing.bin.restore(item?.id ?? '', undefined, 'cleo', never)
  }
}

function conflictOf(text: string): string {
  return `a (conflict ${textContent(text).root.slice(0, 8)})`
}
