import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MalformedError, MissingError } from '../../../src/base/errors.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { AmbiguousPeerError } from '../../../src/doors/api/people.ts'
import { findPlace, findSharePlace, placeText } from '../../../src/doors/api/place.ts'
import { formatInvite } from '../../../src/shares/invite.ts'
import { FakeBackend } from '../../kit/doors/fake-backend.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const { signal } = new AbortController()

suite('a place by its text', () => {
  const same: Readonly<Record<string, string>> = {
    'me/Photos/2024': 'me/Photos/2024',
    'Photos/2024/': 'me/Photos/2024',
    me: 'me',
    '': '',
    bob: 'bob',
    'bob/Music/rock': 'bob/Music/rock',
  }
  for (const [text, plain] of Object.entries(same)) {
    test(`"${text}" means ${plain || 'everything'}`, async () => {
      await using backend = await FakeBackend.open('/nowhere')
      assert.equal(placeText(backend, await findPlace(backend, text, signal)), plain)
    })
  }

  test('may begin with a PeerId, or its start', async () => {
    await using backend = await FakeBackend.open('/nowhere')
    const { peerId } = backend.bob.mesh.identity
    for (const text of [peerId, peerId.slice(0, 8), peerId.toUpperCase()]) {
      const place = await findPlace(backend, `${text}/Music`, signal)
      assert.equal(placeText(backend, place), 'bob/Music')
    }
  })

  test('may name this node by its own PeerId', async () => {
    await using backend = await FakeBackend.open('/nowhere')
    const place = await findPlace(backend, `${backend.mesh.identity.peerId}/Photos`, signal)
    assert.equal(placeText(backend, place), 'me/Photos')
  })

  test('means a peer before a share of the same name', async () => {
    await using backend = await FakeBackend.open('/nowhere')
    backend.shares.plant('bob', {})
    assert.equal((await findPlace(backend, 'bob', signal)).kind, 'peer')
    assert.equal((await findPlace(backend, 'me/bob', signal)).kind, 'own')
  })

  test('that is a link makes its owner a contact', async () => {
    await using backend = await FakeBackend.open('/nowhere')
    const owner = backend.bob.mesh.identity.peerId
    const secret = backend.remoteShares.far.find(({ name }) => name === 'Secret')
    assert.ok(secret)
    const link = formatInvite({
      share: secret.id,
      owner,
      addresses: [],
      secret: new Uint8Array(16),
      name: 'Secret',
    })
    const place = await findPlace(backend, `${link}/key.txt`, signal)
    assert.equal(place.kind === 'remote' && place.path, parseSharePath('key.txt'))
    assert.ok(backend.mesh.book.contact(owner))
  })

  test('that is a link to a share of this node is that share', async () => {
    await using backend = await FakeBackend.open('/nowhere')
    const link = backend.shares.byName('Photos')?.link() ?? ''
    assert.equal(placeText(backend, await findPlace(backend, link, signal)), 'me/Photos')
  })

  test('that nobody knows says which name is unknown', async () => {
    await using backend = await FakeBackend.open('/nowhere')
    await assert.rejects(findPlace(backend, 'carol/x', signal), /called "carol"/)
    await assert.rejects(findPlace(backend, 'bob/Nothing', signal), /called "Nothing"/)
    await assert.rejects(findPlace(backend, 'me/Nothing', signal), MissingError)
    await assert.rejects(findSharePlace(backend, 'bob', signal), /names no share/)
    await assert.rejects(findPlace(backend, 'me/Photos/..', signal), MalformedError)
    await assert.rejects(findPlace(backend, 'me/Photos/a:b', signal), /can't be used/)
  })

  test('that two peers fit asks for the id', async () => {
    await using backend = await FakeBackend.open('/nowhere')
    const twins = ['one', 'two'].map((name) => ({
      peer: testIdentity(name).peerId,
      name: 'desk',
      addresses: [],
    }))
    backend.mesh.discovery.neighbours = () => twins
    await assert.rejects(findPlace(backend, 'desk', signal), AmbiguousPeerError)
  })
})

suite('a share that a peer offers without being its owner', () => {
  test('has a place that begins with the owner', async () => {
    await using backend = await FakeBackend.open('/nowhere')
    const carol = testIdentity('carol').peerId
    const films = backend.remoteShares.plant(carol, 'Films', 'everyone', { 'a.mkv': 'a' })
    backend.remoteShares.copiedBy.set(films.id, backend.bob.mesh.identity.peerId)
    const text = placeText(backend, await findPlace(backend, 'bob/Films', signal))
    assert.equal(text, `${carol.slice(0, 12)}/Films`)
    assert.equal(placeText(backend, await findPlace(backend, text, signal)), text)
  })
})
