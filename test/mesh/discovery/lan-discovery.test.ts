import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { decodeDnsMessage } from '../../../src/mesh/discovery/dns-message.ts'
import type { DnsRecord } from '../../../src/mesh/discovery/dns-message.ts'
import { ownRecords } from '../../../src/mesh/discovery/own-service.ts'
import { SimulatedLan, serviceOf, wire } from './simulated-lan.ts'

const minuteMs = 60_000

suite('discovery on a LAN', () => {
  test('lets nodes find each other within a second, wherever one sits', async () => {
    await using lan = new SimulatedLan('find')
    const [ana, bob] = [await lan.join('ana', 2), await lan.join('bob', 3)]
    await lan.clock.advance(1_500)
    assert.deepEqual(lan.seenBy(ana), { bob: ['192.168.1.3', 'fe80::3%eth0'] })
    assert.deepEqual(lan.seenBy(bob), { ana: ['192.168.1.2', 'fe80::2%eth0'] })
    const eve = await lan.join('eve', 4)
    await lan.clock.advance(1_500)
    for (const node of [ana, bob]) assert.ok('eve' in lan.seenBy(node))
    assert.deepEqual(Object.keys(lan.seenBy(eve)).toSorted(), ['ana', 'bob'])
  })

  test('tells once of what several packets change', async () => {
    await using lan = new SimulatedLan('told')
    const { discovery } = await lan.join('ana', 2)
    const heard: string[][] = []
    discovery.changed.subscribe((neighbours) => heard.push(neighbours.map(({ name }) => name)))
    const bob = await lan.join('bob', 3)
    await lan.clock.advance(10 * minuteMs)
    await bob.discovery[Symbol.asyncDispose]()
    await lan.clock.advance(1_000)
    assert.deepEqual(heard, [['bob'], []])
  })

  test('forgets a node that says goodbye at once, and one that died within two minutes', async () => {
    await using lan = new SimulatedLan('gone')
    const [ana, bob] = [await lan.join('ana', 2), await lan.join('bob', 3)]
    const eve = await lan.join('eve', 4)
    await lan.clock.advance(5_000)
    await bob.discovery[Symbol.asyncDispose]()
    await lan.clock.advance(100)
    assert.deepEqual(Object.keys(lan.seenBy(ana)), ['eve'])
    eve.interfaces.set([])
    lan.wires.deaf.add('eth0 IPv4').add('eth0 IPv6')
    await lan.clock.advance(2 * minuteMs)
    assert.deepEqual(lan.seenBy(ana), {})
  })

  test('still knows a living node after hours', async () => {
    await using lan = new SimulatedLan('hours')
    const ana = await lan.join('ana', 2)
    await lan.join('bob', 3)
    await lan.clock.advance(5_000)
    let changes = 0
    ana.discovery.changed.subscribe(() => changes++)
    await lan.clock.advance(2 * 60 * minuteMs)
    assert.deepEqual(Object.keys(lan.seenBy(ana)), ['bob'])
    assert.equal(changes, 0)
  })

  test('follows a node whose addresses change', async () => {
    await using lan = new SimulatedLan('moved')
    const [ana, bob] = [await lan.join('ana', 2), await lan.join('bob', 3)]
    await lan.clock.advance(5_000)
    bob.interfaces.set([
      {
        name: 'eth0',
        addresses: [
          { host: '192.168.1.3', prefixBits: 24 },
          { host: '192.168.1.33', prefixBits: 24 },
        ],
      },
    ])
    await lan.clock.advance(5_000)
    assert.deepEqual(lan.seenBy(ana), { bob: ['192.168.1.3', '192.168.1.33'] })
    bob.interfaces.set([{ name: 'eth0', addresses: [{ host: '192.168.1.44', prefixBits: 24 }] }])
    await lan.clock.advance(5_000)
    assert.deepEqual(lan.seenBy(ana), { bob: ['192.168.1.44'] })
  })

  test('comes to an interface that appears later, and back to one that had no multicast', async () => {
    await using lan = new SimulatedLan('later')
    lan.wires.deaf.add('eth0 IPv4')
    const ana = await lan.join('ana', 2)
    const bob = await lan.join('bob', 3)
    await lan.clock.advance(5_000)
    assert.equal(lan.wires.listeners('eth0 IPv4'), 0)
    assert.ok('bob' in lan.seenBy(ana))
    lan.wires.deaf.clear()
    await lan.clock.advance(minuteMs)
    assert.equal(lan.wires.listeners('eth0 IPv4'), 2)
    for (const [at, { interfaces }] of [ana, bob].entries()) {
      interfaces.set([...interfaces.all(), wire('wlan0', `10.0.0.${at + 1}`, 24)])
    }
    await lan.clock.advance(5_000)
    assert.ok(lan.seenBy(ana)['bob']?.includes('10.0.0.2'))
  })

  test('says on each interface only the addresses that are there', async () => {
    await using lan = new SimulatedLan('interfaces')
    await lan.join('ana', 2, [wire('eth0', '192.168.1.2', 24), wire('wlan0', '10.0.0.2', 24)])
    await lan.clock.advance(5_000)
    for (const [name, host] of [
      ['eth0 IPv4', '192.168.1.2'],
      ['wlan0 IPv4', '10.0.0.2'],
    ] as const) {
      const said = lan.messagesOn(name).flatMap(({ answers }) => answers)
      const hosts = said.flatMap((record) => (record.type === 'A' ? record.host : []))
      assert.deepEqual([...new Set(hosts)], [host])
    }
  })

  test('takes another name when somebody has it, and keeps it from whoever comes later', async () => {
    await using lan = new SimulatedLan('conflict')
    const ana = await lan.join('ana', 2)
    await lan.clock.advance(5_000)
    const [, , service] = lan.recordsOf('bob', 9)
    assert.ok(service?.type === 'SRV')
    const theirs = { ...service, port: 9, target: 'other.local' }
    const bob = await lan.join('bob', 3)
    await lan.clock.advance(300)
    lan.say('192.168.1.9', [theirs])
    await lan.clock.advance(5_000)
    assert.ok(lan.instances('192.168.1.3').has(`bob ${bob.peer.slice(0, 6)} 2`))
    assert.ok(!lan.instances('192.168.1.3').has(`bob ${bob.peer.slice(0, 6)}`))

    const before = lan.wires.sent.length
    const name = `ana ${ana.peer.slice(0, 6)}._fullmesh._tcp.local`
    const claim = { ...service, name, port: 9, target: 'other.local', flush: false }
    const probe = { questions: [{ name, type: 'ANY' as const }], authorities: [claim] }
    lan.send('192.168.1.9', { kind: 'query', answers: [], ...probe })
    await lan.clock.advance(250)
    const defence = lan.wires.sent.slice(before).filter(({ source }) => source === '192.168.1.2')
    assert.ok(
      defence.some(({ data }) =>
        decodeDnsMessage(data).answers.some((one) => one.name === name && one.type === 'SRV'),
      ),
    )
  })

  test('gives way to the greater of two that probe for one name, and then sees that it is taken', async () => {
    await using lan = new SimulatedLan('tie')
    const bob = await lan.join('bob', 3)
    await lan.clock.advance(260)
    const [, , service] = lan.recordsOf('bob', 9)
    assert.ok(service?.type === 'SRV')
    const claim = { ...service, port: 9, target: 'zzz.local', flush: false }
    const probe = { questions: [{ name: claim.name, type: 'ANY' as const }], authorities: [claim] }
    lan.send('192.168.1.9', { kind: 'query', answers: [], ...probe })
    await lan.clock.advance(900)
    assert.equal(lan.instances('192.168.1.3').size, 0)
    lan.say('192.168.1.9', [claim])
    await lan.clock.advance(5_000)
    assert.deepEqual([...lan.instances('192.168.1.3')], [`bob ${bob.peer.slice(0, 6)} 2`])
  })

  test('does not change its name for ever for somebody who contests every one', async () => {
    await using lan = new SimulatedLan('contested')
    await lan.join('bob', 3)
    for (let step = 0; step < 400; step++) {
      const said = lan.wires.sent.filter(({ source }) => source === '192.168.1.3').at(-1)
      const claims = said ? decodeDnsMessage(said.data) : undefined
      const mine = [...(claims?.authorities ?? []), ...(claims?.answers ?? [])].filter(
        ({ type }) => type === 'SRV',
      )
      lan.say(
        '192.168.1.9',
        mine.map((record) => ({ ...record, port: 9 })),
      )
      await lan.clock.advance(250)
    }
    assert.ok(lan.names('192.168.1.3').size <= 13, `${lan.names('192.168.1.3').size} names`)
  })

  test('ignores whatever was not sent on its wire', async () => {
    await using lan = new SimulatedLan('off wire')
    const ana = await lan.join('ana', 2)
    lan.say('192.168.7.9', lan.recordsOf('eve', 9))
    lan.say('9.9.9.9', lan.recordsOf('eve', 9))
    lan.say('127.0.0.1', lan.recordsOf('eve', 9))
    await lan.clock.advance(1_000)
    assert.deepEqual(lan.seenBy(ana), {})
    lan.say('192.168.1.9', lan.recordsOf('eve', 9))
    await lan.clock.advance(1_000)
    assert.deepEqual(lan.seenBy(ana), { eve: ['192.168.1.9'] })
  })

  test('makes nobody dial what is not on the wire', async () => {
    await using lan = new SimulatedLan('elsewhere')
    const ana = await lan.join('ana', 2)
    lan.recordsOf('eve', 9)
    const named = ['127.0.0.1', '10.0.0.1', '169.254.169.254', '9.9.9.9', '192.168.1.77']
    lan.say('192.168.1.9', ownRecords(serviceOf('eve'), 1, wire('eth0', named, 24)))
    await lan.clock.advance(1_000)
    assert.deepEqual(lan.seenBy(ana), { eve: ['192.168.1.77'] })
  })

  test('shows names of others without what would harm a terminal', async () => {
    await using lan = new SimulatedLan('names')
    const { discovery } = await lan.join('ana', 2)
    const records = ownRecords(
      { ...serviceOf('eve'), name: 'x' },
      1,
      wire('eth0', '192.168.1.9', 24),
    )
    const bad = JSON.parse(
      JSON.stringify(records).replaceAll('x ', 'e\u202ev\u200be '),
    ) as DnsRecord[]
    lan.say('192.168.1.9', bad)
    await lan.clock.advance(1_000)
    assert.deepEqual(
      discovery.neighbours().map(({ name }) => name),
      ['eve'],
    )
  })

  test('survives nonsense, and says nothing of it but to the debugger', async () => {
    await using lan = new SimulatedLan('nonsense')
    await lan.join('ana', 2)
    for (const text of ['fullmesh', '', '_dns-sd'.repeat(2_000)]) {
      lan.wires.send('eth0 IPv4', Buffer.from(text.padEnd(20)), '192.168.1.9')
    }
    await lan.clock.advance(1_000)
    assert.deepEqual(
      lan.surroundings.log.lines.filter(({ level }) => level !== 'debug'),
      [],
    )
  })

  test('answers a flood of questions no more than once a second, and within 1 kB/s', async () => {
    await using lan = new SimulatedLan('flood of questions')
    await lan.join('ana', 2)
    await lan.clock.advance(5_000)
    const before = lan.bytesFrom('192.168.1.2')
    const question = { name: '_fullmesh._tcp.local', type: 'PTR' as const }
    for (let step = 0; step < 3_000; step++) {
      lan.send('192.168.1.9', {
        kind: 'query',
        questions: [question],
        answers: [],
        authorities: [],
      })
      await lan.clock.advance(20)
    }
    const answered = lan.bytesFrom('192.168.1.2') - before
    assert.ok(answered > 0 && answered < 60 * 1_000, `${answered} bytes in a minute`)
  })

  test('is not led to ask without end by a flood of made-up nodes', async () => {
    await using lan = new SimulatedLan('flood of nodes')
    const ana = await lan.join('ana', 2, [wire('eth0', '192.168.1.2', 24)])
    await lan.clock.advance(5_000)
    const before = lan.bytesFrom('192.168.1.2')
    for (let step = 0; step < 400; step++) {
      lan.say(`192.168.1.${10 + (step % 200)}`, lan.recordsOf(`made up ${step}`, 10).slice(1, 2))
      await lan.clock.advance(25)
    }
    await lan.clock.advance(50_000)
    const asked = lan.bytesFrom('192.168.1.2') - before
    assert.ok(asked < 80_000, `${asked} bytes in a minute`)
    assert.deepEqual(lan.seenBy(ana), {})
  })

  test('takes no more than its share from one computer, so that others are still heard', async () => {
    await using lan = new SimulatedLan('share')
    const ana = await lan.join('ana', 2)
    for (let number = 0; number < 200; number++) {
      lan.say('192.168.1.9', lan.recordsOf(`made up ${number}`, 9))
    }
    await lan.join('bob', 3)
    await lan.clock.advance(2_000)
    assert.equal(Object.keys(lan.seenBy(ana)).length, 17)
    assert.ok('bob' in lan.seenBy(ana))
  })

  test('still hears others while one computer floods the wire', async () => {
    await using lan = new SimulatedLan('one floods')
    const ana = await lan.join('ana', 2, [wire('eth0', '192.168.1.2', 24)])
    await lan.clock.advance(2_000)
    const records = lan.recordsOf('eve', 9)
    const flood = (packets: number): void => {
      for (let packet = 0; packet < packets; packet++) lan.say('192.168.1.9', records)
    }
    flood(600)
    await lan.join('bob', 3, [wire('eth0', '192.168.1.3', 24)])
    for (let step = 0; step < 150; step++) {
      flood(3)
      await lan.clock.advance(10)
    }
    assert.deepEqual(Object.keys(lan.seenBy(ana)).toSorted(), ['bob', 'eve'])
  })

  test('takes in no more than its share, however many computers flood the wire', async () => {
    await using lan = new SimulatedLan('all flood')
    await lan.join('ana', 2)
    await lan.clock.advance(2_000)
    const records = lan.recordsOf('eve', 9)
    for (let packet = 0; packet < 5_000; packet++) {
      lan.say(`192.168.1.${4 + (packet % 250)}`, records)
    }
    const bytesOfOne = lan.wires.sent.at(-1)?.data.length ?? 0
    const heard = lan.surroundings.meter.totals().filter(({ direction }) => direction === 'in')
    const bytes = heard.reduce((sum, one) => sum + one.bytes, 0)
    assert.ok(bytes > 0 && bytes <= 500 * bytesOfOne, `${bytes / bytesOfOne} packets`)
  })

  test('does not count against a computer what it says about printers', async () => {
    await using lan = new SimulatedLan('printers')
    const ana = await lan.join('ana', 2)
    const printer = { type: 'PTR', name: '_ipp._tcp.local', ttlSeconds: 9, flush: false } as const
    for (let number = 0; number < 500; number++) {
      lan.say('192.168.1.9', [{ ...printer, target: `${number}._ipp._tcp.local` }])
    }
    lan.say('192.168.1.9', lan.recordsOf('eve', 9))
    await lan.clock.advance(1_000)
    assert.deepEqual(Object.keys(lan.seenBy(ana)), ['eve'])
  })

  test('defends its name against a flood of probes within 1 kB/s', async () => {
    await using lan = new SimulatedLan('flood of probes')
    await lan.join('ana', 2)
    await lan.clock.advance(5_000)
    const before = lan.bytesFrom('192.168.1.2')
    const questions = [{ name: '_fullmesh._tcp.local', type: 'ANY' as const }]
    const authorities = lan.recordsOf('eve', 9).slice(2, 3)
    for (let step = 0; step < 300; step++) {
      lan.send('192.168.1.9', { kind: 'query', questions, answers: [], authorities })
      await lan.clock.advance(200)
    }
    const answered = lan.bytesFrom('192.168.1.2') - before
    assert.ok(answered > 0 && answered < 20_000 + 60 * 1_000, `${answered} bytes in a minute`)
  })

  test('is quiet: 10 nodes together stay under 300 B/s when nothing happens', async () => {
    await using lan = new SimulatedLan('quiet')
    for (let number = 2; number < 12; number++) {
      await lan.join(`node ${number}`, number, [wire('eth0', `192.168.1.${number}`, 24)])
    }
    await lan.clock.advance(2 * minuteMs)
    const before = lan.bytes
    await lan.clock.advance(15 * minuteMs)
    const bytesPerSecond = (lan.bytes - before) / (15 * 60)
    assert.ok(bytesPerSecond < 300, `${bytesPerSecond} bytes a second`)
  })

  test('counts what it sends and what it hears', async () => {
    await using lan = new SimulatedLan('counted')
    await lan.join('ana', 2, [wire('eth0', '192.168.1.2', 24)])
    await lan.join('bob', 3, [wire('eth0', '192.168.1.3', 24)])
    await lan.clock.advance(10_000)
    const totals = lan.surroundings.meter.totals()
    const sum = (direction: string, peer?: string) =>
      totals
        .filter((one) => one.direction === direction && (!peer || one.peer === peer))
        .reduce((bytes, one) => bytes + one.bytes, 0)
    assert.ok(totals.every(({ purpose, network }) => purpose === 'discovery' && network === 'mesh'))
    assert.equal(sum('out'), lan.bytesFrom('192.168.1.2') + lan.bytesFrom('192.168.1.3'))
    assert.equal(sum('in', '192.168.1.2'), lan.bytesFrom('192.168.1.2'))
  })

  test('leaves nothing behind when it is closed', async () => {
    const lan = new SimulatedLan('closed')
    await lan.join('ana', 2)
    await lan.join('bob', 3)
    await lan.clock.advance(3_000)
    await lan[Symbol.asyncDispose]()
    assert.equal(lan.clock.pending, 0)
    assert.equal(lan.wires.listeners('eth0 IPv4'), 0)
  })
})
