import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { arabic } from '../../../src/doors/web/text/arabic.ts'
import { english } from '../../../src/doors/web/text/english.ts'

const room = join(import.meta.dirname, '../../../src/doors/web')
const code = readdirSync(room, { recursive: true, withFileTypes: true })
  .filter(({ name, parentPath }) => /\.(?:svelte|ts)$/.test(name) && !parentPath.includes('/text'))
  .map(({ name, parentPath }) => readFileSync(join(parentPath, name), 'utf8'))
  .join('\n')

suite('the words of the web UI', () => {
  test('are the same ones in every language', () => {
    assert.deepEqual(pathsOf(arabic), pathsOf(english))
  })

  test('are all used', () => {
    const unused = pathsOf(english).filter((path) => !isUsed(path))
    assert.deepEqual(unused, [])
  })

  test('are never empty, and take what stands in the sentence', () => {
    for (const words of [english, arabic]) {
      for (const [path, word] of leavesOf(words)) {
        const said = typeof word === 'function' ? String(word('7', '8', '9')) : String(word)
        assert.notEqual(said.trim(), '', path)
        assert.doesNotMatch(said, /undefined|NaN/, path)
      }
    }
  })

  test('stand in the catalogue, not in components', () => {
    const loose = code.match(/(?:aria-label|title|placeholder)="[A-Za-z][^"{]*[a-z]"/g) ?? []
    assert.deepEqual(
      loose.filter((attribute) => !attribute.includes('fullmesh:')),
      [],
    )
  })
})

/** By its name, or as one of a group that is looked up. */
function isUsed(path: string): boolean {
  const names = path.split('.')
  const groups = names.slice(1).map((_, at) => names.slice(0, at + 1).join('.'))
  return (
    code.includes(`text.${path}`) ||
    groups.some((group) => code.includes(`text.${group}[`) || code.includes(`{text.${group}}`))
  )
}

type Leaf = readonly [path: string, word: unknown]

function leavesOf(words: object, above = ''): Leaf[] {
  return Object.entries(words).flatMap(([name, word]: [string, unknown]): Leaf[] =>
    typeof word === 'object' && word !== null
      ? leavesOf(word, `${above}${name}.`)
      : [[above + name, word]],
  )
}

function pathsOf(words: object): string[] {
  return leavesOf(words).map(([path]) => path)
}
