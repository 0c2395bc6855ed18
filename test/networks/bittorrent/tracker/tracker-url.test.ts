import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  parseTrackerUrl,
  scrapePath,
} from '../../../../src/networks/bittorrent/tracker/tracker-url.ts'

suite('the address of a tracker', () => {
  const read: Readonly<Record<string, readonly [string, string, number, string]>> = {
    'http://t.example/announce': ['http', 't.example', 80, '/announce'],
    'https://t.example:8443/a/announce?x=1': ['https', 't.example', 8443, '/a/announce?x=1'],
    'udp://t.example:6969/announce': ['udp', 't.example', 6969, '/announce'],
    'udp://[2001:db8::1]:6969': ['udp', '2001:db8::1', 6969, ''],
  }
  for (const [text, [scheme, host, port, path]] of Object.entries(read)) {
    test(`is read from ${text}`, () => {
      const url = parseTrackerUrl(text)
      assert.deepEqual([url.scheme, url.host, url.port, url.path], [scheme, host, port, path])
    })
  }

  for (const text of [
    '',
    'no url',
    'wss://t.example/',
    'ftp://t.example/announce',
    'file:///etc/passwd',
    'udp://t.example/announce',
    'http://user:secret@t.example/announce',
    `http://t.example/${'a'.repeat(2_048)}`,
  ]) {
    test(`is refused: ${text.slice(0, 40)}`, () => {
      assert.throws(() => parseTrackerUrl(text), { name: 'MalformedError' })
    })
  }

  test('tells where to ask for numbers, if it follows the custom', () => {
    const paths = ['/announce', '/a/announce.php?key=1', '/x/announcex', '/a', '/announce/x']
    assert.deepEqual(
      paths.map((path) => scrapePath(parseTrackerUrl(`http://t.example${path}`))),
      ['/scrape', '/a/scrape.php?key=1', '/x/scrapex', undefined, undefined],
    )
  })
})
