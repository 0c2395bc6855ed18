/**
 * Each rule of the house is shown a fault on purpose: a rule that finds nothing proves nothing.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { barrels, defaultExports, longFiles, unexplainedFolders, vagueNames } from './files.ts'
import { importsThatClimb, unknownFloors } from './floors.ts'
import { sourceFile, type Rule } from './house.ts'
import { bareDisk, bareTimeAndChance } from './ports.ts'
import {
  emptyPromises,
  hostsOfRegistries,
  longDecisions,
  machinePaths,
  talkOfTheMaking,
} from './words.ts'

suite('imports', () => {
  const faults = faultsOf(importsThatClimb)

  test('may go down', () => {
    assert.deepEqual(faults('src/mesh/link.ts', `import { a } from '../base/bytes.ts'`), [])
    assert.deepEqual(faults('src/main.ts', `await import('./doors/cli/cli.ts')`), [])
  })

  test('may not go up, whatever their form', () => {
    for (const text of [
      `import { a } from '../mesh/link.ts'`,
      `import type { A } from '../mesh/link.ts'`,
      `import '../mesh/link.ts'`,
      `export { a } from '../mesh/link.ts'`,
      `import {\n  a,\n} from '../mesh/link.ts'`,
      `const a = await import('../mesh/link.ts')`,
      `type A = import('../mesh/link.ts').A`,
      `new Worker(new URL('../mesh/link.ts', import.meta.url))`,
    ]) {
      assert.equal(faults('src/base/bytes.ts', text).length, 1, text)
    }
  })

  test('may not go sideways', () => {
    assert.equal(faults('src/content/x.ts', `import '../mesh/link.ts'`).length, 1)
    assert.equal(faults('src/mesh/x.ts', `import '../content/store.ts'`).length, 1)
    assert.equal(faults('src/talk/chat/x.ts', `import '../calls/call.ts'`).length, 1)
    assert.equal(faults('src/talk/chat/x.ts', `import '../../networks/freenet/y.ts'`).length, 1)
    assert.equal(faults('src/networks/freenet/x.ts', `import '../gnutella/y.ts'`).length, 1)
    assert.equal(faults('src/doors/api/x.ts', `import '../cli/y.ts'`).length, 1)
  })

  test('may enter the room that all doors share, which may not look into theirs', () => {
    assert.deepEqual(faults('src/doors/api/x.ts', `import '../contract/y.ts'`), [])
    assert.equal(faults('src/doors/contract/y.ts', `import '../api/x.ts'`).length, 1)
  })

  test('may not leave src, but for the manifest', () => {
    assert.equal(faults('src/node.ts', `import '../test/kit/clock.ts'`).length, 1)
    assert.deepEqual(faults('src/main.ts', `import '../package.json'`), [])
  })

  test('do not count in comments', () => {
    assert.deepEqual(faults('src/base/bytes.ts', `// import '../mesh/link.ts'`), [])
    assert.deepEqual(faults('src/base/bytes.ts', `/* from '../mesh/link.ts' */`), [])
  })

  test('lead to floors that are known', () => {
    assert.equal(faultsOf(unknownFloors)('src/attic/box.ts', '').length, 1)
  })
})

suite('files', () => {
  test('end before a reader is lost', () => {
    assert.deepEqual(faultsOf(longFiles)('src/base/a.ts', 'a\n'.repeat(400)), [])
    assert.equal(faultsOf(longFiles)('src/base/a.ts', 'a\n'.repeat(401)).length, 1)
  })

  test('bear the name of what is inside', () => {
    const faults = faultsOf(vagueNames)
    assert.deepEqual(faults('test/base/piece-map.test.ts', ''), [])
    for (const path of ['src/base/pieceMap.ts', 'src/base/utils.ts', 'src/helpers/piece.ts']) {
      assert.equal(faults(path, '').length, 1, path)
    }
  })

  test('export by name', () => {
    const faults = faultsOf(defaultExports)
    assert.equal(faults('src/base/a.ts', 'export default 1').length, 1)
    assert.equal(faults('src/base/a.ts', 'const a = 1\nexport { a as default }').length, 1)
    assert.deepEqual(faults('src/doors/web/vite.config.ts', 'export default {}'), [])
  })

  test('hold something of their own', () => {
    const faults = faultsOf(barrels)
    assert.equal(faults('src/base/a.ts', `/** All. */\nexport * from './b.ts'`).length, 1)
    assert.equal(faults('src/base/a.ts', `export { b, type C } from './b.ts'\n`).length, 1)
    assert.deepEqual(faults('src/base/a.ts', `export * from './b.ts'\nexport const a = 1`), [])
  })

  test('open their folder with its job', () => {
    const faults = faultsOf(unexplainedFolders)
    assert.deepEqual(faults('src/shares/share.ts', '/** Folders made available. */'), [])
    assert.deepEqual(faults('src/talk/chat/chat.ts', '/** Words. */'), [])
    assert.equal(faults('src/shares/share.ts', 'export const a = 1').length, 1)
    assert.equal(faults('src/mesh/link.ts', '/** A link. */').length, 1)
  })
})

suite('ports', () => {
  test('are the only way to time and chance', () => {
    const faults = faultsOf(bareTimeAndChance)
    for (const text of [
      'const now = Date.now()',
      'const now = new Date()',
      'setTimeout(run, 5)',
      'globalThis.setInterval(run, 5)',
      'const luck = Math.random()',
      `import { setTimeout } from 'node:timers/promises'`,
    ]) {
      assert.equal(faults('src/mesh/link.ts', text).length, 1, text)
      assert.deepEqual(faults('src/base/clock.ts', text), [], text)
    }
  })

  test('are not missed where a name merely looks like it', () => {
    const faults = faultsOf(bareTimeAndChance)
    for (const text of [
      'clock.setTimeout(run, 5)',
      'new Date(mtimeMs)',
      '// Date.now() would not do',
      `const text = 'Math.random()'`,
      `const quote = /'/\n// it's Date.now()`,
    ]) {
      assert.deepEqual(faults('src/mesh/link.ts', text), [], text)
    }
  })

  test('are the only way to the disk', () => {
    const text = `import { open } from 'node:fs/promises'`
    assert.equal(faultsOf(bareDisk)('src/mesh/link.ts', text).length, 1)
    assert.deepEqual(faultsOf(bareDisk)('src/content/store/file.ts', text), [])
  })
})

suite('words', () => {
  test('of the making are found', () => {
    const word = ['Co', 'pilot'].join('')
    assert.equal(faultsOf(talkOfTheMaking)('docs/a.md', `Thanks, ${word}!`).length, 1)
    assert.deepEqual(faultsOf(talkOfTheMaking)('docs/a.md', 'User-Agent, http.Agent, session'), [])
  })

  test('of one machine are found', () => {
    const path = ['', 'work', 'main'].join('/')
    assert.equal(faultsOf(machinePaths)('docs/a.md', `see ${path}`).length, 1)
    assert.deepEqual(
      faultsOf(machinePaths)('docs/a.md', 'see net/work/main, /root/ and ~/work'),
      [],
    )
  })

  test('of a registry are found, in the lock file too', () => {
    const host = ['npmjs', 'org'].join('.')
    assert.equal(faultsOf(hostsOfRegistries)('package-lock.json', `//registry.${host}/a`).length, 1)
  })

  test('that promise nothing are found', () => {
    const mark = ['TO', 'DO'].join('')
    assert.equal(faultsOf(emptyPromises)('src/base/a.ts', `run() // ${mark}`).length, 1)
    assert.deepEqual(faultsOf(emptyPromises)('src/base/a.ts', `// ${mark}: IPv6, for phones`), [])
  })

  test('of a decision are few, tables aside', () => {
    const faults = faultsOf(longDecisions)
    assert.deepEqual(faults('docs/decisions/001-a.md', 'a\n'.repeat(30) + '| b |\n'.repeat(9)), [])
    assert.equal(faults('docs/decisions/001-a.md', 'a\n'.repeat(31)).length, 1)
  })
})

test('a fault names the line', () => {
  const [fault] = faultsOf(bareDisk)('src/mesh/link.ts', `/*\n*/\nimport fs from 'node:fs'\n`)
  assert.equal(fault?.line, 3)
})

function faultsOf(rule: Rule): (path: string, text: string) => ReturnType<Rule> {
  return (path, text) => rule([sourceFile(path, text)])
}
