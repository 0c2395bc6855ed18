import assert from 'node:assert/strict'
import { constants, accessSync } from 'node:fs'
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../src/content/content.ts'
import { mountWays } from '../../src/doors/contract/mount-ways.ts'
import { DriveTown } from '../kit/drive-town.ts'
import type { DriveSite } from '../kit/drive-town.ts'
import { isInstalled, missingPrograms, runProgram } from '../kit/outside-program.ts'
import { until } from '../kit/story.ts'

const film = new Uint8Array(8 * pieceBytes + 5).map((_, at) => (at * 7) % 251)
const sites = ['local', 'remote'] as const

for (const where of sites) {
  suite(`a ${where} share in the drive`, () => {
    test('passes all of litmus', { skip: missingPrograms('litmus') }, async (t) => {
      await using town = await DriveTown.open({ 'plan.txt': 'first' })
      const { url, access } = town[where]
      const folder = await town.desk('litmus')
      const words = ['-k', url, access.user, access.password]
      const said = await runProgram('litmus', words, { folder })
      const passed = Array.from(said.matchAll(/of (\d+) tests run: (\d+) passed, (\d+) failed/g))
      const sums = passed.map(([, run, good, bad]) => [run, good, bad].join(' '))
      assert.deepEqual(sums, ['16 16 0', '13 13 0', '30 30 0', '41 41 0', '4 4 0'], said)
      assert.doesNotMatch(said, /WARNING/)
      t.diagnostic('104 of 104')
      assert.deepEqual(town.world.log.errors, [])
    })

    test('does what cadaver asks for', { skip: missingPrograms('cadaver') }, async () => {
      await using town = await DriveTown.open({ 'plan.txt': 'first' })
      const { url, access } = town[where]
      const folder = await town.desk('cadaver', { '.netrc': netrc(access), 'up.txt': 'from here' })
      const script = [
        'mkcol deep',
        'cd deep',
        'put up.txt',
        'get up.txt back.txt',
        'copy up.txt two.txt',
        'move two.txt three.txt',
        'propset three.txt colour blue',
        'propget three.txt colour',
        'lock three.txt',
        'discover three.txt',
        'unlock three.txt',
        'delete up.txt',
        'ls',
        'quit',
      ]
      const input = `${script.join('\n')}\n`
      const environment = { HOME: folder }
      const said = await runProgram('cadaver', [url], { input, folder, environment })
      assert.doesNotMatch(said, /failed|error/i)
      assert.match(said, /Value of colour is: blue/)
      assert.match(said, /Lock token <urn:uuid:/)
      assert.equal(await readFile(join(folder, 'back.txt'), 'utf8'), 'from here')
      assert.deepEqual(await namesIn(join(town.folder, 'deep')), ['three.txt'])
    })

    test('takes 300 odd names from rclone', { skip: missingPrograms('rclone') }, async () => {
      await using town = await DriveTown.open({ 'plan.txt': 'first' })
      const environment = await rcloneSettings(town[where])
      const rclone = (...words: readonly string[]) => runProgram('rclone', words, { environment })
      const source = await plantOddNames(await town.desk('rclone'))
      await rclone('copy', source, 'drive:odd names')
      const target = join(town.folder, 'odd names')
      assert.deepEqual(await filesBelow(target), await filesBelow(source))
      await rclone('check', '--download', source, 'drive:odd names')
      await rclone('moveto', 'drive:odd names', 'drive:moved & kept')
      await rclone('check', source, 'drive:moved & kept')
      await rclone('purge', 'drive:moved & kept')
      assert.deepEqual(await namesIn(town.folder), ['plan.txt'])
    })

    test(
      'gives curl ranges, and takes what it sends',
      { skip: missingPrograms('curl') },
      async () => {
        await using town = await DriveTown.open({ 'film.bin': film })
        const { url, access } = town[where]
        const folder = await town.desk('curl', { '.netrc': netrc(access), 'new.txt': 'new' })
        const curl = (...words: readonly string[]) =>
          runProgram('curl', ['-sS', '--fail', '--netrc-file', '.netrc', '--anyauth', ...words], {
            folder,
          })
        await curl('-o', 'part', '-r', '3000000-3000099', `${url}film.bin`)
        assert.deepEqual(await bytesOf(folder, 'part'), film.slice(3_000_000, 3_000_100))
        await writeFile(join(folder, 'whole'), film.subarray(0, 5_000_000))
        await curl('-C', '-', '-o', 'whole', `${url}film.bin`)
        assert.deepEqual(await bytesOf(folder, 'whole'), film)
        await curl('-T', 'new.txt', url)
        assert.equal(await readFile(join(town.folder, 'new.txt'), 'utf8'), 'new')
        await curl('-T', 'whole', `${url}film%202.bin`)
        assert.deepEqual(await bytesOf(town.folder, 'film 2.bin'), film)
      },
    )

    test('is a folder of this computer with davfs2', { skip: davfsMissing() }, async () => {
      await using town = await DriveTown.open({ 'plan.txt': 'first', 'deep/film.bin': film })
      await using mounted = await mountDavfs(town, town[where])
      const { folder } = mounted
      assert.deepEqual(await namesIn(folder), ['deep', 'lost+found', 'plan.txt'])
      assert.equal(await readFile(join(folder, 'plan.txt'), 'utf8'), 'first')
      assert.deepEqual(await bytesOf(folder, 'deep/film.bin'), film)
      await writeFile(join(folder, 'note.txt'), 'by an editor')
      await until(async () => (await textAt(town.folder, 'note.txt')) === 'by an editor')
      await runProgram('mv', [join(folder, 'note.txt'), join(folder, 'deep/moved.txt')])
      await runProgram('rm', [join(folder, 'plan.txt')])
      assert.deepEqual(await namesIn(town.folder), ['deep'])
      assert.equal(await readFile(join(town.folder, 'deep/moved.txt'), 'utf8'), 'by an editor')
    })
  })
}

suite('the way to mount in GNOME that people are told', () => {
  // It brings a whole desktop, which CI does not install.
  const missing = !['gio', 'dbus-run-session', '/usr/libexec/gvfsd-dav'].every(isInstalled)

  test('opens a share in which files can be changed', { skip: missing && 'no gvfs' }, async () => {
    await using town = await DriveTown.open({ 'plan.txt': 'first' })
    const { place, access } = town.remote
    const [step = ''] =
      mountWays(access, place).find(({ title }) => title.startsWith('GNOME'))?.steps ?? []
    const url = step.replace('gio mount ', '')
    const folder = await town.desk('gnome', { 'new.txt': 'from GNOME' })
    const script = `set -e; ${step}
      gio cat '${url}plan.txt'
      gio copy new.txt '${url}new.txt'
      gio mkdir '${url}deep'
      gio move '${url}new.txt' '${url}deep/two words.txt'
      gio remove '${url}plan.txt'
      gio mount -u '${url}'`
    const said = await runProgram('dbus-run-session', ['sh', '-c', script], {
      folder,
      input: `${access.password}\n`,
      environment: { HOME: folder, XDG_RUNTIME_DIR: folder },
    })
    assert.match(said, /first/)
    assert.deepEqual(await namesIn(town.folder), ['deep'])
    assert.equal(await readFile(join(town.folder, 'deep/two words.txt'), 'utf8'), 'from GNOME')
  })
})

function netrc({ user, password }: DriveSite['access']): string {
  return `machine 127.0.0.1 login ${user} password ${password}\n`
}

/** Its own settings file is left out; the password is only hidden, as rclone wants it. */
async function rcloneSettings({ url, access }: DriveSite): Promise<Record<string, string>> {
  const hidden = await runProgram('rclone', ['obscure', '-'], { input: access.password })
  return {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_DRIVE_TYPE: 'webdav',
    RCLONE_CONFIG_DRIVE_VENDOR: 'other',
    RCLONE_CONFIG_DRIVE_URL: url,
    RCLONE_CONFIG_DRIVE_USER: access.user,
    RCLONE_CONFIG_DRIVE_PASS: hidden.trim(),
  }
}

/** Names that mean something in addresses, shells or XML, and some that are merely foreign. */
async function plantOddNames(desk: string): Promise<string> {
  const source = join(desk, 'source')
  await mkdir(join(source, 'süb 日本 %2F'), { recursive: true })
  for (let index = 0; index < 100; index++) {
    const files = [
      `a b  ${index} %23 # 100%.txt`,
      `süb 日本 %2F/ünï-Ω ${index} & [x]{y}~'=;,@+$!^\`.bin`,
      `.dot ${index} 🙂 (&amp;)`,
    ]
    for (const file of files) await writeFile(join(source, file), `content of ${file}`)
  }
  return source
}

function davfsMissing(): string | false {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK)
  } catch {
    return 'there is no /dev/fuse'
  }
  if (process.getuid?.() !== 0) return 'only root may mount'
  return missingPrograms('mount.davfs')
}

async function mountDavfs(
  town: DriveTown,
  { url, access }: DriveSite,
): Promise<AsyncDisposable & { readonly folder: string }> {
  const desk = await town.desk('davfs', {
    secrets: `${url} ${access.user} ${access.password}\n`,
  })
  const [folder, cache, settings] = ['mounted', 'cache', 'settings'].map((name) => join(desk, name))
  assert.ok(folder && cache && settings)
  await mkdir(folder)
  await mkdir(cache)
  // It gives up root before it writes there. All folders above are this user's alone.
  await chmod(cache, 0o1777)
  await openWay(cache, town.world.path(''))
  const lines = [
    'ask_auth 0',
    'use_locks 1',
    'delay_upload 0',
    'buf_size 64',
    `secrets ${join(desk, 'secrets')}`,
    `cache_dir ${cache}`,
  ]
  await writeFile(settings, `${lines.join('\n')}\n`, { mode: 0o600 })
  await runProgram('mount.davfs', ['-o', `conf=${settings},uid=0,gid=0`, url, folder])
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      await runProgram('umount', [folder])
    },
  }
}

/** Lets others through the folders above `path`, up to `top`. */
async function openWay(path: string, top: string): Promise<void> {
  for (let at = join(path, '..'); at.length >= top.length - 1; at = join(at, '..')) {
    await chmod(at, 0o711)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => name !== '.fullmesh').toSorted()
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const told = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name)
    return `${path.slice(folder.length)} ${(await stat(path)).size}`
  })
  return (await Promise.all(told)).toSorted()
}

async function bytesOf(folder: string, file: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(join(folder, file)))
}

function textAt(folder: string, file: string): Promise<string | undefined> {
  return readFile(join(folder, file), 'utf8').catch(() => undefined)
}
