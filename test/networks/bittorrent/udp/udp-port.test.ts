import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { PeerAddress } from '../../../../src/networks/bittorrent/bittorrent.ts'
import { openUdpPort } from '../../../../src/networks/bittorrent/udp/udp-port.ts'
import { watchLeaks } from '../../../kit/leaks.ts'
import { until } from '../../../kit/until.ts'

suite('the UDP port of BitTorrent', () => {
  test('gives each datagram to the first that wants it, with where it came from', async () => {
    await using _ = watchLeaks()
    await using here = await openUdpPort({ host: undefined, port: 0 })
    await using there = await openUdpPort({ host: '127.0.0.1', port: 0 })
    const heard: string[] = []
    const note = (name: string) => (data: Uint8Array, from: PeerAddress) => {
      heard.push(`${name} ${Buffer.from(data).toString()} ${from.host} ${from.port === there.port}`)
    }
    const first = here.take({ wants: (data) => data[0] === 0x61, onDatagram: note('first') })
    here.take({ wants: (data) => data[0] !== 0x63, onDatagram: note('second') })
    const send = (text: string) =>
      there.send(Buffer.from(text), { host: '127.0.0.1', port: here.port })
    for (const text of ['a1', 'b1', 'c1', 'a2']) send(text)
    await until(() => heard.length === 3)
    first[Symbol.dispose]()
    send('a3')
    await until(() => heard.length === 4)
    assert.deepEqual(heard, [
      'first a1 127.0.0.1 true',
      'second b1 127.0.0.1 true',
      'first a2 127.0.0.1 true',
      'second a3 127.0.0.1 true',
    ])
  })

  test('is one port by IPv4 and by IPv6', async () => {
    await using here = await openUdpPort({ host: undefined, port: 0 })
    assert.deepEqual([...here.families], ['IPv4', 'IPv6'])
    await using there = await openUdpPort({ host: '::1', port: 0 })
    const heard: string[] = []
    here.take({ wants: () => true, onDatagram: (_data, from) => heard.push(from.host) })
    there.send(Buffer.from('x'), { host: '::1', port: here.port })
    await until(() => heard.length === 1)
    assert.deepEqual(heard, ['::1'])
  })

  test('says so when it is taken', async () => {
    await using here = await openUdpPort({ host: '127.0.0.1', port: 0 })
    await assert.rejects(openUdpPort({ host: '127.0.0.1', port: here.port }), {
      name: 'OfflineError',
    })
  })

  test('loses what has no way to go, and never looks up a name', async () => {
    await using here = await openUdpPort({ host: '127.0.0.1', port: 0 })
    here.send(Buffer.from('x'), { host: '::1', port: 9 })
    here.send(Buffer.from('x'), { host: 'example.invalid', port: 9 })
    here.send(Buffer.from('x'), { host: '127.0.0.1', port: here.port })
    let heard = 0
    here.take({ wants: () => true, onDatagram: () => void (heard += 1) })
    await until(() => heard === 1)
  })
})
