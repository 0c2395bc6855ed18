import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { systemClock } from '../../../../src/base/clock.ts'
import type {
  ByteDuplex,
  ByteReader,
  Connector,
} from '../../../../src/networks/bittorrent/bittorrent.ts'
import { openUdpPort } from '../../../../src/networks/bittorrent/udp/udp-port.ts'
import type { UdpPort } from '../../../../src/networks/bittorrent/udp/udp-port.ts'
import { encodePacket, parsePacket } from '../../../../src/networks/bittorrent/utp/packet.ts'
import type { UtpPacket } from '../../../../src/networks/bittorrent/utp/packet.ts'
import { openUtpConnector } from '../../../../src/networks/bittorrent/utp/utp-connector.ts'
import { watchLeaks } from '../../../kit/leaks.ts'
import { someBytes } from '../../../kit/some-bytes.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'
import type { TestSurroundings } from '../../../kit/surroundings.ts'
import { until } from '../../../kit/until.ts'

const never = new AbortController().signal

suite('connections by uTP over one UDP port', () => {
  for (const host of ['127.0.0.1', '::1']) {
    test(`carry bytes both ways over ${host}`, async () => {
      await using _ = watchLeaks()
      await using here = await open(host)
      await using there = await open(host)
      const dialled = await here.connector.dial({ host, port: there.udp.port }, never)
      const [near, far] = [new Collector(), new Collector()]
      dialled.open(near)
      const bytes = someBytes(5_000_000)
      let at = 0
      near.onDrain = () => {
        while (at < bytes.length && dialled.write(bytes.subarray(at, (at += 65_536))));
      }
      near.onDrain()
      await until(() => there.incoming.length === 1)
      const [came] = there.incoming
      assert.ok(came)
      assert.deepEqual(came.remote, { host, port: here.udp.port })
      came.open(far)
      came.write(Buffer.from('hello'))
      await until(() => far.bytes === bytes.length && near.bytes === 5)
      assert.ok(Buffer.concat(far.chunks).equals(bytes))
      came.close()
      await until(() => near.isEnded)
      const { meter } = here.surroundings
      assert.ok(meter.totals().every(({ network }) => network === 'bittorrent'))
      assert.ok(
        meter.totals().some(({ purpose, bytes: count }) => purpose === 'protocol' && count > 0),
      )
    })
  }

  test('are not made to where nobody is, nor against the will of who dials', async () => {
    await using here = await open('127.0.0.1')
    await using udp = await openUdpPort({ host: '127.0.0.1', port: 0 })
    const stop = new AbortController()
    const dialling = here.connector.dial({ host: '127.0.0.1', port: udp.port }, stop.signal)
    stop.abort()
    await assert.rejects(dialling, { name: 'InterruptedError' })
    await assert.rejects(here.connector.dial({ host: '::1', port: 9 }, never), {
      name: 'OfflineError',
    })
    await assert.rejects(here.connector.dial({ host: '127.0.0.1', port: 9 }, stop.signal), {
      name: 'InterruptedError',
    })
  })

  test('are refused by a port at which nobody knows of them', async () => {
    await using here = await open('127.0.0.1')
    await using other = await openStranger(here)
    other.send({ ...plain, kind: 'state', connection: 77, sequence: 5 })
    await until(() => other.heard.length === 1)
    const [reset] = other.heard
    assert.deepEqual([reset?.kind, reset?.connection, reset?.acknowledged], ['reset', 77, 5])
  })

  test('are not begun by who does not get our answers, and cost them no more than it does', async () => {
    await using here = await open('127.0.0.1')
    await using other = await openStranger(here)
    for (let connection = 0; connection < 600; connection += 2) {
      other.send({ ...plain, kind: 'syn', connection })
      await until(() => other.heard.length >= connection / 2 + 1)
    }
    assert.equal(other.sentBytes >= other.heardBytes, true)
    other.send({ ...plain, kind: 'data', connection: 599, payload: Buffer.from('guess') })
    assert.equal(here.incoming.length, 0)
    // A `syn` that comes again gets the same answer again.
    const before = other.heard.length
    other.send({ ...plain, kind: 'syn', connection: 598 })
    await until(() => other.heard.length === before + 1)
    assert.equal(
      other.heard[before]?.sequence,
      other.heard.findLast(({ connection }) => connection === 598)?.sequence,
    )
    const answer = other.heard[before]!
    other.send({
      ...plain,
      kind: 'data',
      connection: 599,
      sequence: 2,
      acknowledged: (answer.sequence - 1) & 0xffff,
      payload: Buffer.from('proof'),
    })
    await until(() => here.incoming.length === 1)
  })
})

const plain: UtpPacket = {
  kind: 'state',
  connection: 0,
  sentMicros: 0,
  delayMicros: 0,
  windowBytes: 100_000,
  sequence: 1,
  acknowledged: 0,
  selective: undefined,
  payload: new Uint8Array(),
}

class Collector implements ByteReader {
  readonly chunks: Uint8Array[] = []
  bytes = 0
  isEnded = false

  onBytes(bytes: Uint8Array): void {
    this.chunks.push(Uint8Array.from(bytes))
    this.bytes += bytes.length
  }

  onDrain(): void {}

  onEnd(): void {
    this.isEnded = true
  }
}

interface OpenEnd extends AsyncDisposable {
  readonly udp: UdpPort
  readonly connector: Connector
  readonly incoming: ByteDuplex[]
  readonly surroundings: TestSurroundings
}

async function open(host: string): Promise<OpenEnd> {
  const udp = await openUdpPort({ host, port: 0 })
  const surroundings = testSurroundings(`${host} ${udp.port}`)
  const incoming: ByteDuplex[] = []
  const connector = openUtpConnector({
    udp,
    surroundings: { ...surroundings, clock: systemClock },
    onIncoming: (duplex) => incoming.push(duplex),
  })
  return {
    udp,
    connector,
    incoming,
    surroundings,
    async [Symbol.asyncDispose]() {
      await connector[Symbol.asyncDispose]()
      await udp[Symbol.asyncDispose]()
    },
  }
}

/** Somebody who makes up packets. */
async function openStranger(to: OpenEnd) {
  const udp = await openUdpPort({ host: '127.0.0.1', port: 0 })
  const heard: UtpPacket[] = []
  const stranger = {
    heard,
    sentBytes: 0,
    heardBytes: 0,
    send(packet: UtpPacket) {
      const data = encodePacket(packet)
      stranger.sentBytes += data.length
      udp.send(data, { host: '127.0.0.1', port: to.udp.port })
    },
    [Symbol.asyncDispose]: () => udp[Symbol.asyncDispose](),
  }
  udp.take({
    wants: () => true,
    onDatagram: (data) => {
      stranger.heardBytes += data.length
      heard.push(parsePacket(data) ?? assert.fail())
    },
  })
  return stranger
}
