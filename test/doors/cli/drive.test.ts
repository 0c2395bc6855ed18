import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { openFakeNode } from '../../kit/doors/fake-node.ts'
import type { FakeNode } from '../../kit/doors/fake-node.ts'
import { FakeTerminal } from '../../kit/doors/fake-terminal.ts'

suite('the drive, as people see it', () => {
  test('is off until it is switched on, and then says how to mount it', async () => {
    await using node = await openFakeNode()
    const before = terminalOf(node)
    assert.equal(await before.run('drive'), 0)
    assert.match(before.output, /is off\. Switch it on with "fullmesh drive on"/)

    const terminal = terminalOf(node)
    assert.equal(await terminal.run('drive', 'on'), 0)
    assert.match(terminal.output, /Address +http:\/\/127\.0\.0\.1:4711\//)
    assert.match(terminal.output, /Password +six-words-of-a-list/)
    for (const way of ['GNOME', 'KDE', 'davfs2', 'Finder', 'Explorer', 'net use']) {
      assert.ok(terminal.output.includes(way), way)
    }
    assert.notEqual(node.backend.drive.access(), undefined)
    assert.equal(await terminal.run('drive', 'off'), 0)
    assert.equal(node.backend.drive.access(), undefined)
  })

  test('mounts a place, which is opened first', async () => {
    await using node = await openFakeNode()
    const terminal = terminalOf(node, { FULLMESH_PASSWORD: 'change' })
    assert.equal(await terminal.run('mount', 'bob/Work'), 0)
    assert.match(terminal.errors, /"Work" from bob +you may read and change/)
    assert.match(terminal.output, /gio mount dav:\/\/fullmesh@127\.0\.0\.1:4711\/bob\/Work\//)
  })

  test('gives programs what they need', async () => {
    await using node = await openFakeNode()
    const terminal = terminalOf(node)
    assert.equal(await terminal.run('mount', 'me/Photos', '--json'), 0)
    const told: unknown = JSON.parse(terminal.output)
    const drive = { schema: 'fullmesh.drive/1', on: true, ...node.backend.drive.access() }
    assert.deepEqual(told, { ...drive, place: 'me/Photos' })
  })

  test('is not switched on for a place that is not there', async () => {
    await using node = await openFakeNode()
    const terminal = terminalOf(node)
    assert.equal(await terminal.run('mount', 'me/Nothing'), 3)
    assert.equal(node.backend.drive.access(), undefined)
  })
})

function terminalOf(node: FakeNode, environment: Record<string, string> = {}): FakeTerminal {
  return new FakeTerminal({ environment: { FULLMESH_HOME: node.home, ...environment } })
}
