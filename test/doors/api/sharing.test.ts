import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { openAskedNode } from '../../kit/doors/asked.ts'
import { testIdentity } from '../../kit/test-identity.ts'

suite('sharing a folder', () => {
  test('lets whoever has the link read, and nobody change, unless something else is said', async () => {
    await using node = await openAskedNode()
    const share = await node.client.call('addShare', { folder: '/home/ana/Work' })
    assert.deepEqual([share.name, share.read, share.change], ['Work', 'link', 'nobody'])
    const { link } = await node.client.call('shareLink', { share: 'Work' })
    assert.match(link, /^fullmesh:/)
  })

  test('takes a password for the rule', async () => {
    await using node = await openAskedNode()
    const share = await node.client.call('addShare', {
      folder: '/home/ana/Work',
      readPassword: 'look',
      changePassword: 'touch',
    })
    assert.deepEqual([share.read, share.change], ['password', 'password'])
    const [, kept] = node.backend.shares.planted
    assert.deepEqual(kept?.passwords, { read: 'look', change: 'touch' })
  })

  const folder = '/home/ana/Work'
  const refused = {
    'the same password for both': { folder, readPassword: 'x', changePassword: 'x' },
    'a rule that lacks its password': { folder, read: 'password' },
    'a password that lacks its rule': { folder, read: 'link', readPassword: 'x' },
    'an empty change password': { folder, changePassword: '' },
  } as const
  for (const [what, request] of Object.entries(refused)) {
    test(`refuses ${what}`, async () => {
      await using node = await openAskedNode()
      await assert.rejects(node.client.call('addShare', request), { kind: 'usage' })
      assert.equal(node.backend.shares.all().length, 1)
    })
  }

  test('never tells a password or the secret of a link', async () => {
    await using node = await openAskedNode()
    await node.client.call('addShare', { folder, readPassword: 'look', changePassword: 'touch' })
    const told = JSON.stringify([
      await node.client.call('listShares', {}),
      await node.client.call('getShare', { share: 'Work' }),
      await node.client.call('status', {}),
    ])
    assert.doesNotMatch(told, /look|touch|fullmesh:/)
  })

  test('can be changed, by name or by the start of the id', async () => {
    await using node = await openAskedNode()
    const { id } = await node.client.call('getShare', { share: 'Photos' })
    const share = await node.client.call('changeShare', {
      share: id.slice(0, 8),
      name: 'Pictures',
      read: 'everyone',
    })
    assert.deepEqual([share.name, share.read], ['Pictures', 'everyone'])
    await node.client.call('removeShare', { share: 'Pictures' })
    assert.deepEqual((await node.client.call('listShares', {})).shares, [])
  })

  test("shows who did what, and who was let in, by names that are no stranger's to choose", async () => {
    await using node = await openAskedNode()
    const { shares, bob } = node.backend
    const [photos] = shares.planted
    assert.ok(photos)
    const peer = bob.mesh.identity.peerId
    node.backend.mesh.book.heardName(peer, 'bob')
    await shares.log.add({
      share: photos.id,
      who: peer,
      what: 'opened',
      path: undefined,
      detail: undefined,
    })
    await shares.log.add({
      share: photos.id,
      who: 'owner',
      what: 'setting',
      path: undefined,
      detail: 'read: link',
    })
    photos.grants.push({ peer, scope: 'read', generation: 1, by: 'link', sinceMs: 5 })
    const { activities } = await node.client.call('shareLog', { share: 'Photos' })
    assert.deepEqual(
      activities.map(({ who, what }) => [who, what]),
      [
        ['me', 'setting'],
        [`bob (${peer.slice(0, 12)})`, 'opened'],
      ],
    )
    assert.deepEqual(
      activities.map((one) => one.peer),
      [undefined, peer],
    )
    const { grants } = await node.client.call('shareGrants', { share: 'Photos' })
    assert.deepEqual(
      grants.map(({ name, scope, by, sinceMs }) => [name, scope, by, sinceMs]),
      [[`bob (${peer.slice(0, 12)})`, 'read', 'link', 5]],
    )
    await node.client.call('addPeer', { who: peer, petname: 'Robert' })
    const { grants: named } = await node.client.call('shareGrants', { share: 'Photos' })
    assert.deepEqual(named, [{ peer, name: 'Robert', scope: 'read', by: 'link', sinceMs: 5 }])
  })
})

suite('peers', () => {
  test('are contacts, neighbours and whoever is linked, with what they offer', async () => {
    await using node = await openAskedNode()
    await node.client.call('addPeer', { who: testIdentity('carol').peerId, petname: 'carol' })
    const { peers } = await node.client.call('listPeers', { offers: 'true' })
    const found = peers.map(({ name, nearby, trust, shares }) => [
      name,
      nearby,
      trust,
      shares?.map((share) => share.name),
    ])
    assert.deepEqual(found, [
      ['carol', false, 'known', undefined],
      ['bob', true, 'stranger', ['Music', 'Work']],
    ])
  })

  test('can be named, trusted, blocked and forgotten', async () => {
    await using node = await openAskedNode()
    const { client, backend } = node
    const peer = backend.bob.mesh.identity.peerId
    await client.call('addPeer', { who: 'bob', petname: 'Robert', trusted: true })
    assert.equal(backend.mesh.book.contact(peer)?.trust, 'trusted')
    await client.call('changePeer', { peer: 'Robert', trust: 'blocked' })
    assert.equal(backend.mesh.book.contact(peer)?.trust, 'blocked')
    await client.call('removePeer', { peer: 'Robert' })
    assert.equal(backend.mesh.book.contact(peer), undefined)
  })

  test('get no name that would mean something else in a place', async () => {
    await using node = await openAskedNode()
    for (const petname of ['me', 'a/b', '', ' ', 'fullmesh:x', 'a\u202eb']) {
      await assert.rejects(node.client.call('addPeer', { who: 'bob', petname }), { kind: 'usage' })
    }
  })

  test('that do not answer do not hold up the list', async () => {
    await using node = await openAskedNode()
    const { remoteShares, surroundings } = node.backend
    remoteShares.offered = (_peer, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('too late')))
      })
    let isListed = false
    const listed = node.client.call('listPeers', { offers: 'true' })
    void listed.then(() => (isListed = true))
    await surroundings.clock.advanceUntil(() => isListed)
    const [bob] = (await listed).peers
    assert.deepEqual([bob?.name, bob?.shares], ['bob', undefined])
  })
})
