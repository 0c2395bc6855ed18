import assert from 'node:assert/strict'
import { chmod } from 'node:fs/promises'
import { suite, test } from 'node:test'
import type { Finding } from '../../../src/doors/contract/finding.ts'
import { openAskedNode } from '../../kit/doors/asked.ts'

type AskedNode = Awaited<ReturnType<typeof openAskedNode>>

suite('the doctor', () => {
  test('finds nothing bad about a healthy node', async () => {
    await using node = await openAskedNode()
    const { findings } = await node.client.call('doctor', {})
    assert.deepEqual(
      findings.filter(({ verdict }) => verdict === 'bad'),
      [],
    )
  })

  const troubles: Readonly<Record<string, (node: AskedNode) => Promise<void> | void>> = {
    State: ({ home }) => chmod(home, 0o755),
    Addresses: ({ backend }) => void (backend.mesh.addresses = () => []),
    'Share Photos': ({ backend }) => {
      const [photos] = backend.shares.planted
      const detail = 'The folder is not there.'
      if (photos) photos.now = { kind: 'paused', reason: 'folder-gone', detail }
    },
  }
  for (const [subject, make] of Object.entries(troubles)) {
    test(`says what is bad, and what to do: ${subject}`, async () => {
      await using node = await openAskedNode()
      await make(node)
      const found = await findingAbout(node, subject)
      assert.equal(found?.verdict, 'bad')
      assert.ok(found?.remedy)
    })
  }

  test('says that nobody is on the LAN, or that nobody could be', async () => {
    await using node = await openAskedNode()
    node.backend.mesh.discovery.neighbours = () => []
    assert.match((await findingAbout(node, 'Discovery'))?.remedy ?? '', /5353/)
    Object.assign(node.backend.node, { discoveryOn: false })
    assert.match((await findingAbout(node, 'Discovery'))?.remedy ?? '', /discovery\.on/)
  })

  test('compares the clock with those of linked peers', async () => {
    await using node = await openAskedNode()
    const { mesh, surroundings, bob } = node.backend
    const link = await mesh.link(bob.mesh.identity.peerId, new AbortController().signal)
    for (const [aheadMs, verdict] of [
      [30_000, 'good'],
      [-600_000, 'bad'],
    ] as const) {
      const date = new Date(surroundings.clock.now() - aheadMs).toUTCString()
      link.ask = async () => ({
        status: 200,
        headers: { date },
        body: (async function* () {})(),
        cancel: () => {},
      })
      assert.equal((await findingAbout(node, 'Clock'))?.verdict, verdict)
    }
  })

  test('goes on when it can not look at one thing', async () => {
    await using node = await openAskedNode()
    node.backend.mesh.addresses = () => {
      throw new Error('no network')
    }
    assert.equal((await findingAbout(node, 'Addresses'))?.verdict, 'warning')
    assert.equal((await findingAbout(node, 'State'))?.verdict, 'good')
  })
})

async function findingAbout(node: AskedNode, subject: string): Promise<Finding | undefined> {
  const { findings } = await node.client.call('doctor', {})
  return findings.find((one) => one.subject === subject)
}
