import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { crowdedOut } from '../../../src/mesh/gate/crowd.ts'

suite('when there is no room', () => {
  const guests = (...hosts: string[]) =>
    hosts.map((host, at) => ({ host, name: `${host}${at}`, evict: () => {} }))

  test('the oldest of the host with most guests has to go', () => {
    assert.equal(crowdedOut(guests('a', 'b', 'b', 'b', 'c'), 'd')?.name, 'b1')
  })

  test('nobody goes for a host that would then have more than they', () => {
    assert.equal(crowdedOut(guests('a', 'b', 'c'), 'd'), undefined)
    assert.equal(crowdedOut(guests('a', 'a', 'b'), 'a'), undefined)
    assert.equal(crowdedOut(guests('a', 'a', 'b'), 'b'), undefined)
  })

  test('a host finds room although a hundred others fill all of it', () => {
    const crowd = guests(...Array.from({ length: 300 }, (_, at) => `host ${at % 100}`))
    assert.equal(crowdedOut(crowd, 'honest')?.name, 'host 00')
  })
})
