import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { mountWays } from '../../../src/doors/contract/mount-ways.ts'

const drive = { address: 'http://127.0.0.1:4711/', user: 'fullmesh' }

suite('the ways to mount a place', () => {
  test('are there for every system, with its address', () => {
    const ways = mountWays(drive, 'ana/My Work')
    assert.deepEqual([...new Set(ways.map(({ system }) => system))], ['linux', 'darwin', 'win32'])
    for (const { title, steps } of ways) {
      assert.ok(
        steps.some((step) => step.includes('127.0.0.1:4711/ana/My%20Work')),
        title,
      )
    }
    const gnome = ways.find(({ title }) => title.startsWith('GNOME'))
    assert.deepEqual(gnome?.steps, ['gio mount dav://fullmesh@127.0.0.1:4711/ana/My%20Work/'])
  })

  test('mount the whole drive when no place is named', () => {
    const steps = mountWays(drive, '').flatMap((way) => way.steps)
    assert.ok(steps.includes('gio mount dav://fullmesh@127.0.0.1:4711/'))
    assert.ok(steps.includes('net use * http://127.0.0.1:4711 * /user:fullmesh'))
  })

  test('are safe to paste, whatever a share is called', () => {
    for (const name of [
      '$(reboot)',
      '`x`',
      "a'; rm -rf ~ #",
      '-rf',
      '"',
      '..',
      'a&b|c>d',
      '%PATH%',
    ]) {
      for (const step of mountWays(drive, `ana/${name}`).flatMap((way) => way.steps)) {
        const plain = step.replaceAll('$(id -u)', '').replaceAll('$(id -g)', '')
        assert.doesNotMatch(plain, /[$`"';&|<>]| -rf|\/\.\.(?:\/|$)|%PATH%/, step)
      }
    }
  })
})
