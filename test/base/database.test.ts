import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { openDatabase } from '../../src/base/database.ts'
import { tempFolder } from '../kit/temp-folder.ts'

const migrations = ['CREATE TABLE notes (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT']

suite('a database', () => {
  test('keeps what it acknowledged, in a file for its owner only', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'notes.db')
    {
      await using database = await openDatabase({ path, durability: 'full', migrations })
      const add = { sql: 'INSERT INTO notes VALUES (?, ?)', values: [1, new Uint8Array([7])] }
      assert.deepEqual(await database.write([add]), [1])
    }
    assert.equal(statSync(path).mode & 0o777, 0o600)
    await using database = await openDatabase({ path, durability: 'full', migrations })
    assert.deepEqual(await database.all('SELECT * FROM notes'), [
      { id: 1, body: new Uint8Array([7]) },
    ])
  })

  test('undoes all of a transaction that fails, and nothing of its neighbours', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'notes.db')
    await using database = await openDatabase({ path, durability: 'normal', migrations })
    const insert = (id: number) => ({ sql: "INSERT INTO notes VALUES (?, x'00')", values: [id] })
    const [first, second, third] = await Promise.allSettled([
      database.write([insert(1)]),
      database.write([insert(2), insert(1)]),
      database.write([insert(3)]),
    ])
    assert.deepEqual(
      [first.status, second.status, third.status],
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    const rows = await database.all('SELECT id FROM notes ORDER BY id')
    assert.deepEqual(
      rows.map((row) => row['id']),
      [1, 3],
    )
  })

  test('brings an older schema up to date and keeps its rows', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'notes.db')
    {
      await using old = await openDatabase({ path, durability: 'normal', migrations })
      await old.write([{ sql: "INSERT INTO notes VALUES (1, x'00')" }])
    }
    const newer = [...migrations, "ALTER TABLE notes ADD COLUMN who TEXT NOT NULL DEFAULT 'ana'"]
    await using database = await openDatabase({ path, durability: 'normal', migrations: newer })
    const [row] = await database.all('SELECT who FROM notes')
    assert.equal(row?.['who'], 'ana')
  })

  test('refuses a file of a newer version of the program instead of guessing', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'notes.db')
    await (await openDatabase({ path, durability: 'normal', migrations }))[Symbol.asyncDispose]()
    await assert.rejects(openDatabase({ path, durability: 'normal', migrations: [] }), {
      message: /newer version/,
    })
  })

  test('answers every call after its end with an error', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'notes.db')
    const database = await openDatabase({ path, durability: 'normal', migrations })
    await database[Symbol.asyncDispose]()
    await assert.rejects(database.all('SELECT 1'), { name: 'DatabaseError' })
    await database[Symbol.asyncDispose]()
  })
})
