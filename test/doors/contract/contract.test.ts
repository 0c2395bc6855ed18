import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import * as z from 'zod'
import { isOperationName, operations, pathFields } from '../../../src/doors/contract/contract.ts'
import type { Operation } from '../../../src/doors/contract/contract.ts'
import { schemas } from '../../../src/doors/contract/schemas.ts'

const doors = join(import.meta.dirname, '../../../src/doors')

suite('the table of operations', () => {
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    assert.ok(isOperationName(name))
    const request = properties(schemas[name].request)

    test(`${name} takes from its path what its request has`, () => {
      for (const field of pathFields(operation.path)) assert.ok(request.has(field), field)
    })

    test(`${name} marks what it gives`, () => {
      if (operation.reply === 'bytes') return
      const reply = JSON.stringify(z.toJSONSchema(schemas[name].reply))
      assert.ok(reply.includes(`"const":"${operation.schema}"`), reply)
    })
  }

  test('has no two operations at one place', () => {
    const places = Object.values<Operation>(operations).map(({ method, path }) => method + path)
    assert.equal(new Set(places).size, places.length)
  })
})

suite('whoever asks for the contract at a command', () => {
  test('does not load zod', () => {
    const start = join(doors, 'cli/cli.ts')
    const loaded = reachable(start, new Set())
    assert.ok(loaded.has(join(doors, 'contract/contract.ts')))
    const withZod = [...loaded].filter((file) => /from 'zod'/.test(readFileSync(file, 'utf8')))
    assert.deepEqual(withZod, [])
  })

  test('nor by any command but the one for settings', () => {
    const folder = join(doors, 'cli/commands')
    const guilty = readdirSync(folder).filter((file) =>
      [...reachable(join(folder, file), new Set())].some((one) =>
        /from 'zod'/.test(readFileSync(one, 'utf8')),
      ),
    )
    assert.deepEqual(guilty, ['config.ts'])
  })
})

function properties(schema: z.ZodType): Set<string> {
  const { properties: found = {} } = z.toJSONSchema(schema, { io: 'input' })
  return new Set(Object.keys(found))
}

/** Files that are loaded with this one: types and what is loaded later do not count. */
function reachable(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  for (const [, path = ''] of text.matchAll(/^import (?!type )[^']*from '(\.[^']+)'/gm)) {
    reachable(join(file, '..', path), seen)
  }
  return seen
}
