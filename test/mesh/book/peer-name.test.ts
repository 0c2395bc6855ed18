import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { peerName, personName } from '../../../src/mesh/book/peer-name.ts'
import { MemoryMesh } from '../../kit/memory-mesh.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const ben = testIdentity('ben').peerId
const start = ben.slice(0, 12)

suite('a person in a log', () => {
  test('is called as the user does, else by its own name and its id, else by its id', async () => {
    await using world = new MemoryMesh('names')
    const { mesh } = await world.join('ana', {})
    const { book } = mesh
    assert.equal(personName(book, ben), start)
    book.heardName(ben, 'ana')
    assert.equal(personName(book, ben), `ana (${start})`)
    assert.equal(
      peerName(mesh, ben, 'me'),
      start,
      'nothing is found by a name that anybody may take',
    )
    assert.equal(book.find('ana'), undefined)
    assert.equal(book.find(start), ben)
    await book.put(ben, { petname: 'Benjamin' })
    assert.equal(personName(book, ben), 'Benjamin')
  })
})
