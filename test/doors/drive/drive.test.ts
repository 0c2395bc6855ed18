import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../src/content/content.ts'
import { sharePathOfRoot } from '../../../src/content/names.ts'
import { openDriveDatabase } from '../../../src/doors/drive/drive-database.ts'
import { basic, dav, hrefsIn, lockAt } from '../../kit/dav.ts'
import { DriveTown, siteOf } from '../../kit/drive-town.ts'
import type { DriveSite } from '../../kit/drive-town.ts'
import { watchLeaks } from '../../kit/leaks.ts'
import { NodeWorld } from '../../kit/node-world.ts'
import { share, until } from '../../kit/story.ts'

const listOne = { headers: { depth: '1' } }
const colour = (what: 'set' | 'remove') =>
  `<D:propertyupdate xmlns:D="DAV:"><D:${what}><D:prop><c:colour xmlns:c="urn:c">blue</c:colour></D:prop></D:${what}></D:propertyupdate>`

suite('the drive of a node', () => {
  test('is off until it is switched on, and leaves nothing open', async () => {
    await using world = await NodeWorld.open()
    await using _ = watchLeaks({ links: () => world.network.openLinks })
    await using node = await world.node('ana')
    assert.equal(node.drive.access(), undefined)
    const access = await node.drive.turnOn()
    assert.equal((await stat(access.passwordFile)).mode & 0o777, 0o600)
    assert.equal(await readFile(access.passwordFile, 'utf8'), `${access.password}\n`)
    assert.deepEqual(await node.drive.turnOn(), access)
    await node.drive.turnOff()
    assert.equal(node.drive.access(), undefined)
  })

  test('is where it was after a restart, with its locks and properties', async () => {
    await using world = await NodeWorld.open()
    const folder = await world.plant('ana', 'Work', { 'plan.txt': 'first', 'free.txt': 'f' })
    const first = await world.node('ana')
    await share(first, folder)
    const before = await siteOf(first, 'me/Work')
    const token = await lockAt(before, 'plan.txt')
    const put = { body: colour('set'), headers: { if: `(${token})` } }
    assert.equal((await dav(before, 'PROPPATCH', 'plan.txt', put)).status, 207)
    await dav(before, 'PUT', '.DS_Store', { body: 'icons' })
    await first[Symbol.asyncDispose]()

    const second = await world.node('ana')
    assert.deepEqual(second.drive.access(), before.access)
    const site: DriveSite = { ...before, node: second }
    const found = await dav(site, 'PROPFIND', 'plan.txt', { headers: { depth: '0' } })
    assert.match(found.text, /<colour xmlns="urn:c">blue<\/colour>/)
    assert.ok(found.text.includes(token.slice(1, -1)), found.text)
    assert.equal((await dav(site, 'PUT', 'plan.txt', { body: 'no' })).status, 423)
    const allowed = { body: 'yes', headers: { if: `(${token})` } }
    assert.equal((await dav(site, 'PUT', 'plan.txt', allowed)).status, 204)
    assert.equal((await dav(site, 'GET', '.DS_Store')).text, 'icons')
  })

  test('forgets what was left at a share that is gone', async () => {
    await using world = await NodeWorld.open()
    const folder = await world.plant('ana', 'Work', { 'plan.txt': 'first' })
    const first = await world.node('ana')
    const { id } = await share(first, folder)
    const site = await siteOf(first, 'me/Work')
    await dav(site, 'PUT', '.DS_Store', { body: 'icons' })
    await dav(site, 'PROPPATCH', 'plan.txt', { body: colour('set') })
    await lockAt(site, 'plan.txt')
    await first.shares.remove(id)
    assert.equal((await dav(site, 'GET', '.DS_Store')).status, 404)
    await first[Symbol.asyncDispose]()
    await using second = await world.node('ana')
    const path = join(second.node.stateFolder, 'drive', 'drive.db')
    await using database = await openDriveDatabase(path)
    for (const table of ['locks', 'properties', 'private_files']) {
      assert.deepEqual(await database.all(`SELECT share FROM ${table}`), [], table)
    }
  })

  test('shows whose shares there are, and what is in them, one level at a time', async () => {
    await using town = await DriveTown.open({ 'a & b.txt': '1', 'deep/c.txt': '2' })
    const { remote } = town
    assert.deepEqual(hrefsIn(await dav(remote, 'PROPFIND', '/', listOne)), ['/', '/me/', '/ana/'])
    const shares = await dav(remote, 'PROPFIND', '/ana', listOne)
    assert.deepEqual(hrefsIn(shares), ['/ana/', '/ana/Work/'])
    const files = await dav(remote, 'PROPFIND', '/ana/Work', listOne)
    const names = ['/ana/Work/', '/ana/Work/a%20%26%20b.txt', '/ana/Work/deep/']
    assert.deepEqual(hrefsIn(files), names)
    const all = await dav(remote, 'PROPFIND', '/ana/Work')
    assert.equal(all.status, 403)
    assert.match(all.text, /propfind-finite-depth/)
    for (const path of ['/eve/', '/ana/Nothing/', '/ana/Work/nothing', '/ana/Work/a:b', '/..%2f']) {
      const { status } = await dav(remote, 'PROPFIND', path, { headers: { depth: '0' } })
      assert.ok(status === 404 || status === 400, `${path} ${status}`)
    }
  })

  test('finds a share by ids as well, and by no name that no folder can have', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const { node } = town.remote
    const [known] = node.remoteShares.known()
    assert.ok(known)
    const { owner, id } = known
    assert.equal((await dav(town.remote, 'GET', `/${owner}/${id}/plan.txt`)).text, 'first')
    await node.mesh.book.put(owner, { petname: '..' })
    const top = await dav(town.remote, 'PROPFIND', '/', listOne)
    assert.deepEqual(hrefsIn(top), ['/', '/me/', `/${owner}/`])
    assert.equal((await dav(town.remote, 'GET', `/${owner}/Work/plan.txt`)).text, 'first')
  })

  test('names the same content by the same tag on every node', async () => {
    await using town = await DriveTown.open({ 'a.txt': 'same', 'b.txt': 'same', 'c.txt': 'other' })
    const tags = await Promise.all(
      [town.local, town.remote].flatMap((site) =>
        ['a.txt', 'b.txt', 'c.txt'].map(async (path) => {
          const { headers } = await dav(site, 'HEAD', path)
          return headers.etag
        }),
      ),
    )
    assert.equal(new Set(tags).size, 2)
    const known = { headers: { 'if-none-match': String(tags[0]) } }
    assert.equal((await dav(town.remote, 'GET', 'a.txt', known)).status, 304)
  })
})

suite("another node's file in the drive", () => {
  test('is read only around the range that is asked for', async () => {
    const film = new Uint8Array(24 * pieceBytes).map((_, at) => (at * 3) % 241)
    await using town = await DriveTown.open({ 'film.bin': film })
    const { remote } = town
    await dav(remote, 'PROPFIND', '', listOne)
    const inBytes = () =>
      remote.node.node
        .traffic()
        .reduce((total, { direction, bytes }) => total + (direction === 'in' ? bytes : 0), 0)
    const before = inBytes()
    const [from, to] = [17 * pieceBytes - 50, 17 * pieceBytes + 49]
    const part = await dav(remote, 'GET', 'film.bin', { headers: { range: `bytes=${from}-${to}` } })
    assert.equal(part.status, 206)
    assert.equal(part.headers['content-range'], `bytes ${from}-${to}/${film.length}`)
    assert.deepEqual(new Uint8Array(part.bytes), film.slice(from, to + 1))
    const came = inBytes() - before
    assert.ok(came > 2 * pieceBytes && came < 3 * pieceBytes, `${came} bytes came`)
  })

  test('is changed at its owner, and seen at once by whoever changed it', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const { remote, folder } = town
    for (const text of ['second', 'third', 'fourth']) {
      assert.equal((await dav(remote, 'PUT', 'plan.txt', { body: text })).status, 204)
      assert.equal((await dav(remote, 'GET', 'plan.txt')).text, text)
      assert.equal(await readFile(join(folder, 'plan.txt'), 'utf8'), text)
    }
    const versions = await town.shared.folder.bin.list('version', sharePathOfRoot)
    assert.equal(versions.length, 3)
  })

  test('is not overwritten when somebody else has changed it: both are kept', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const { remote, local, folder } = town
    const slow = openPut(remote, 'plan.txt', 10)
    await once(slow, 'connect')
    slow.write('12345')
    await until(async () => (await staged(town, 'ben')) > 0)
    assert.equal((await dav(local, 'PUT', 'plan.txt', { body: 'by ana' })).status, 204)
    await until(async () => (await dav(remote, 'GET', 'plan.txt')).text === 'by ana')
    slow.write('67890')
    const [answer] = await once(slow, 'data')
    assert.match(String(answer), /^HTTP\/1\.1 409 .*Both are kept/s)
    slow.destroy()
    assert.equal(await readFile(join(folder, 'plan.txt'), 'utf8'), 'by ana')
    const names = await visible(folder)
    const copy = names.find((name) => name.includes('conflict'))
    assert.equal(await readFile(join(folder, copy ?? ''), 'utf8'), '1234567890')
  })
})

suite('a file that is being written to the drive', () => {
  test('changes nothing when it breaks off', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    for (const [site, name] of [
      [town.local, 'ana'],
      [town.remote, 'ben'],
    ] as const) {
      const broken = openPut(site, 'plan.txt', 1000)
      await once(broken, 'connect')
      broken.write('not all of it')
      await until(async () => (await staged(town, name)) > 0)
      broken.destroy()
      await until(async () => (await staged(town, name)) === 0)
      assert.equal((await dav(site, 'GET', 'plan.txt')).text, 'first')
    }
    assert.deepEqual(town.world.log.errors, [])
  })

  test('is refused where its folder is missing, or a folder stands', async () => {
    await using town = await DriveTown.open({ 'deep/a.txt': 'a' })
    const status = async (path: string) =>
      (await dav(town.local, 'PUT', path, { body: 'x' })).status
    assert.equal(await status('missing/a.txt'), 409)
    assert.equal(await status('deep'), 405)
    assert.equal(await status('deep/'), 409)
    assert.equal(await status('/me/other.txt'), 403)
    assert.equal(await status('/me/Nothing/other.txt'), 404)
    assert.equal(await status('NUL'), 403)
    assert.equal(await status('.fullmesh'), 403)
    assert.equal(await status('..%2Fescape.txt'), 400)
    assert.deepEqual(await visible(town.folder), ['deep'])
  })

  test('is refused before its bytes are sent, if the client asks first', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const asking = openPut(town.reader, 'plan.txt', 1_000_000, ['Expect: 100-continue'])
    const [answer] = await once(asking, 'data')
    assert.match(String(answer), /^HTTP\/1\.1 403 /)
    asking.destroy()
  })

  test('is refused when it is not as long as Finder said', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const put = (bytes: string) =>
      dav(town.local, 'PUT', 'plan.txt', {
        body: 'by Finder',
        headers: { 'transfer-encoding': 'chunked', 'x-expected-entity-length': bytes },
      })
    assert.equal((await put('10')).status, 400)
    assert.equal((await dav(town.local, 'GET', 'plan.txt')).text, 'first')
    assert.equal((await put('9')).status, 204)
    assert.equal((await dav(town.local, 'GET', 'plan.txt')).text, 'by Finder')
  })

  test('takes the place of what the writer has seen, and of nothing else', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const { headers } = await dav(town.local, 'HEAD', 'plan.txt')
    const stale = { body: 'x', headers: { 'if-match': '"another"' } }
    assert.equal((await dav(town.local, 'PUT', 'plan.txt', stale)).status, 412)
    const anew = { body: 'x', headers: { 'if-none-match': '*' } }
    assert.equal((await dav(town.local, 'PUT', 'plan.txt', anew)).status, 412)
    const seen = { body: 'second', headers: { 'if-match': String(headers.etag) } }
    assert.equal((await dav(town.local, 'PUT', 'plan.txt', seen)).status, 204)
  })
})

suite('properties of a file', () => {
  const mode = (value: string) =>
    `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><executable xmlns="http://apache.org/dav/props/">${value}</executable></D:prop></D:set></D:propertyupdate>`

  test('say whether it may be run, at its owner too', async () => {
    await using town = await DriveTown.open({ 'run.sh': 'true', 'deep/a.txt': 'a' })
    const { remote, folder } = town
    const isExecutable = async () => ((await stat(join(folder, 'run.sh'))).mode & 0o100) !== 0
    for (const [value, expected] of [
      ['T', true],
      ['F', false],
    ] as const) {
      const answer = await dav(remote, 'PROPPATCH', 'run.sh', { body: mode(value) })
      assert.match(answer.text, /200 OK/)
      assert.equal(await isExecutable(), expected)
      const found = await dav(remote, 'PROPFIND', 'run.sh', { headers: { depth: '0' } })
      assert.match(found.text, new RegExp(`<executable [^>]*>${value}</executable>`))
    }
    for (const [path, value] of [
      ['run.sh', 'perhaps'],
      ['deep/', 'T'],
    ] as const) {
      const answer = await dav(remote, 'PROPPATCH', path, { body: mode(value) })
      assert.match(answer.text, /403 Forbidden.*cannot-modify-protected-property/s)
    }
  })

  test('are set all together, or not at all', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const body =
      '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><c:colour xmlns:c="urn:c">blue</c:colour><D:getetag>"mine"</D:getetag></D:prop></D:set></D:propertyupdate>'
    const answer = await dav(town.local, 'PROPPATCH', 'plan.txt', { body })
    assert.match(answer.text, /<D:getetag\/>.*403.*colour.*424/s)
    const found = await dav(town.local, 'PROPFIND', 'plan.txt', { headers: { depth: '0' } })
    assert.doesNotMatch(found.text, /colour|mine/)
  })
})

suite('a document that an editor has locked', () => {
  test('is saved beside itself and then put in its own place, by the editor alone', async () => {
    await using town = await DriveTown.open({ 'letter.odt': 'first', 'deep/a.txt': 'a' })
    const { remote, folder } = town
    const token = await lockAt(remote, 'letter.odt')
    await dav(remote, 'PUT', 'letter.tmp', { body: 'second' })
    const destination = `${remote.url}letter.odt`
    const move = (condition: Readonly<Record<string, string>>) =>
      dav(remote, 'MOVE', 'letter.tmp', { headers: { destination, ...condition } })
    const refused = await move({})
    assert.equal(refused.status, 423)
    assert.deepEqual(hrefsIn(refused), ['/ana/Work/letter.odt'])
    assert.equal((await move({ if: `<${destination}> (${token})` })).status, 204)
    assert.equal(await readFile(join(folder, 'letter.odt'), 'utf8'), 'second')
    assert.deepEqual(await visible(folder), ['deep', 'letter.odt'])
  })

  test('is there, empty, before its first bytes are', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const token = await lockAt(town.remote, 'new.odt')
    assert.equal(await readFile(join(town.folder, 'new.odt'), 'utf8'), '')
    assert.equal((await dav(town.remote, 'PUT', 'new.odt', { body: 'x' })).status, 423)
    assert.equal((await dav(town.remote, 'DELETE', '')).status, 403)
    const put = { body: 'text', headers: { if: `(${token})` } }
    assert.equal((await dav(town.remote, 'PUT', 'new.odt', put)).status, 204)
    const unlock = { headers: { 'lock-token': token } }
    assert.equal((await dav(town.remote, 'UNLOCK', 'new.odt', unlock)).status, 204)
    assert.equal((await dav(town.remote, 'PUT', 'new.odt', { body: 'x' })).status, 204)
  })
})

suite('a share that may only be read', () => {
  test('can be looked at, and not be changed in any way', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first', 'deep/a.txt': 'a' })
    const { reader } = town
    assert.equal((await dav(reader, 'GET', 'plan.txt')).text, 'first')
    const to = { destination: `${reader.url}new.txt` }
    const lock =
      '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>'
    for (const [method, path, question] of [
      ['PUT', 'plan.txt', { body: 'x' }],
      ['PUT', 'new.txt', { body: 'x' }],
      ['DELETE', 'plan.txt', {}],
      ['MKCOL', 'new', {}],
      ['MOVE', 'plan.txt', { headers: to }],
      ['COPY', 'plan.txt', { headers: to }],
      ['LOCK', 'plan.txt', { body: lock }],
      ['LOCK', 'new.txt', { body: lock }],
      ['PROPPATCH', 'plan.txt', { body: colour('set') }],
    ] as const) {
      const answer = await dav(reader, method, path, question)
      assert.equal(answer.status, 403, `${method} ${path}`)
      assert.match(answer.text, /Ask ana for the change password/)
    }
    assert.deepEqual(await visible(town.folder), ['deep', 'plan.txt'])
  })

  test('can be copied from into an own share', async () => {
    await using town = await DriveTown.open({ 'deep/a.txt': 'a', 'deep/er/b.txt': 'b' })
    const { reader, world } = town
    const own = await world.plant('cleo', 'Own', { 'x.txt': 'x' })
    await share(reader.node, own)
    const destination = `${reader.access.address}me/Own/deep/`
    const headers = { destination }
    assert.equal((await dav(reader, 'COPY', 'deep/', { headers })).status, 201)
    assert.equal(await readFile(join(own, 'deep/er/b.txt'), 'utf8'), 'b')
    assert.equal((await dav(reader, 'MOVE', 'deep/', { headers })).status, 403)
  })
})

suite('what file managers leave on every disk', () => {
  const litter = ['.DS_Store', '._plan.txt', 'Thumbs.db', 'desktop.ini', 'deep/.ds_store']

  test('is taken, kept for them, and shared with nobody', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first', 'deep/a.txt': 'a' })
    for (const site of [town.local, town.remote, town.reader]) {
      for (const path of litter) {
        assert.equal((await dav(site, 'PUT', path, { body: path })).status, 201, path)
        assert.equal((await dav(site, 'GET', path)).text, path)
      }
      const listed = hrefsIn(await dav(site, 'PROPFIND', '', listOne))
      assert.equal(listed.length, 1 + 2 + 4)
    }
    await dav(town.remote, 'DELETE', '.DS_Store')
    assert.equal((await dav(town.remote, 'GET', '.DS_Store')).status, 404)
    assert.equal((await dav(town.local, 'GET', '.DS_Store')).status, 200)
    assert.deepEqual(await visible(town.folder), ['deep', 'plan.txt'])
    assert.deepEqual(await readdir(join(town.folder, 'deep')), ['a.txt'])
  })

  test('goes along when its folder is moved, and is gone with it', async () => {
    await using town = await DriveTown.open({ 'deep/a.txt': 'a' })
    const { local } = town
    await dav(local, 'PUT', 'deep/.DS_Store', { body: 'icons' })
    await dav(local, 'MOVE', 'deep/', { headers: { destination: `${local.url}new%20place/` } })
    assert.equal((await dav(local, 'GET', 'new%20place/.DS_Store')).text, 'icons')
    assert.equal((await dav(local, 'GET', 'deep/.DS_Store')).status, 404)
    await dav(local, 'DELETE', 'new%20place/')
    await dav(local, 'MKCOL', 'new%20place/')
    assert.equal((await dav(local, 'GET', 'new%20place/.DS_Store')).status, 404)
  })
})

suite('a link in a shared folder that leads out of it', () => {
  test('is not there for the drive, and nothing is written through it', async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const outside = town.world.path('ana', 'outside')
    await mkdir(outside)
    await writeFile(join(outside, 'secret.txt'), 'secret')
    await symlink(outside, join(town.folder, 'way'))
    await symlink(join(outside, 'secret.txt'), join(town.folder, 'file.txt'))
    const { local } = town
    for (const path of ['way/', 'way/secret.txt', 'file.txt']) {
      for (const method of ['GET', 'PROPFIND', 'DELETE']) {
        const { status } = await dav(local, method, path, { headers: { depth: '0' } })
        assert.equal(status, 404, `${method} ${path}`)
      }
    }
    assert.equal((await dav(local, 'PUT', 'way/new.txt', { body: 'x' })).status, 409)
    await dav(local, 'PUT', 'file.txt', { body: 'through?' })
    await dav(local, 'MKCOL', 'way')
    assert.deepEqual(await readdir(outside), ['secret.txt'])
    assert.equal(await readFile(join(outside, 'secret.txt'), 'utf8'), 'secret')
  })
})

/** Begins to send a file of `bytes` by hand. */
function openPut(site: DriveSite, path: string, bytes: number, more: readonly string[] = []) {
  const { hostname, port, pathname, host } = new URL(path, site.url)
  const socket = createConnection(Number(port), hostname)
  const head = [
    `PUT ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: ${basic(site.access)}`,
    `Content-Length: ${bytes}`,
    ...more,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return socket
}

/** How many files wait in the drive of a person. */
async function staged(town: DriveTown, name: string): Promise<number> {
  return (await readdir(town.world.path(name, 'state', 'drive', 'stages'))).length
}

async function visible(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => name !== '.fullmesh').toSorted()
}
