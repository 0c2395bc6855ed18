/**
 * Makes docs/pictures: every view of the web UI, light and dark, on a desktop and on a phone. Three real nodes
 * on this computer act it out: Ana shares, Ben copies and changes, Carla has only just begun.
 *
 *   npm run pictures               all of them
 *   npm run pictures -- home       those whose name begins so
 */
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { landscape } from '../test/kit/web/landscape.ts'
import { WebWorld } from '../test/kit/web/web-world.ts'
import type { WebPerson } from '../test/kit/web/web-world.ts'

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs', 'pictures')
const wanted = process.argv[2] ?? ''
const looks = {
  'light-desktop': { viewport: { width: 1200, height: 760 }, colorScheme: 'light' },
  'dark-desktop': { viewport: { width: 1200, height: 760 }, colorScheme: 'dark' },
  'light-phone': { viewport: { width: 390, height: 780 }, colorScheme: 'light' },
  'dark-phone': { viewport: { width: 390, height: 780 }, colorScheme: 'dark' },
} as const

/** Pictures, fonts and what the dialogs ask for. */
const settleMs = 700

/** One view: whose window shows it, where, and what is clicked before the picture is taken. */
interface Scene {
  readonly who: 'ana' | 'ben' | 'carla'
  readonly at: string
  readonly prepare?: (page: Page) => Promise<unknown>
}

await using world = await WebWorld.open()
const [ana, ben, carla] = [
  await world.person('ana', { name: 'Ana' }),
  await world.person('ben', { name: 'Ben', limits: { downBytesPerSecond: 400_000 } }),
  await world.person('carla', { name: 'Carla' }),
]
const people = { ana, ben, carla }
const windows = new Map<string, Page>()
const ids = await act(ana, ben)
await mkdir(folder, { recursive: true })
for (const [name, scene] of Object.entries(scenes())) {
  if (!name.startsWith(wanted)) continue
  for (const [look, options] of Object.entries(looks)) await take(name, scene, look, options)
}

function scenes(): Readonly<Record<string, Scene>> {
  const clickRow = (label: string) => (page: Page) =>
    page.getByRole('button', { name: label, exact: true }).click()
  return {
    'first-run': { who: 'carla', at: '#/home' },
    'share-folder': {
      who: 'carla',
      at: '#/home',
      prepare: (page) => page.getByRole('button', { name: 'Share a folder' }).click(),
    },
    'open-link': { who: 'carla', at: '#/home', prepare: (page) => page.keyboard.press('l') },
    home: { who: 'ana', at: '#/home' },
    shares: { who: 'ana', at: '#/shares' },
    share: { who: 'ana', at: `#/shares/${ids.work}` },
    'share-people': {
      who: 'ana',
      at: `#/shares/${ids.work}`,
      prepare: (page) => page.getByRole('tab', { name: 'People' }).click(),
    },
    'share-trash': {
      who: 'ana',
      at: `#/shares/${ids.work}`,
      prepare: (page) => page.getByRole('tab', { name: 'Trash' }).click(),
    },
    browse: { who: 'ben', at: '#/browse/Ana/Work' },
    preview: {
      who: 'ben',
      at: '#/browse/Ana/Photos/2029%20Summer',
      prepare: clickRow('05 The bay.svg'),
    },
    'browse-world': { who: 'ben', at: '#/browse' },
    copies: { who: 'ben', at: '#/copies' },
    people: { who: 'ana', at: '#/people' },
    person: { who: 'ana', at: `#/people/${ids.ben}` },
    activity: { who: 'ana', at: '#/activity' },
    settings: { who: 'ana', at: '#/settings' },
    help: { who: 'ana', at: '#/home', prepare: (page) => page.keyboard.press('?') },
  }
}

async function take(
  name: string,
  { who, at, prepare }: Scene,
  look: string,
  options: (typeof looks)[keyof typeof looks],
): Promise<void> {
  const key = `${who} ${look}`
  const page = windows.get(key) ?? (await people[who].window(options))
  windows.set(key, page)
  const { origin } = new URL(page.url())
  await page.goto('about:blank')
  await page.goto(`${origin}/${at}`)
  await page.getByRole('main').waitFor()
  await page.getByText('One moment').first().waitFor({ state: 'hidden' })
  await prepare?.(page)
  await page.waitForTimeout(settleMs)
  const file = join(folder, `${name}-${look}.png`)
  await page.screenshot({ path: file })
  process.stdout.write(`${name}-${look}.png  ${Math.round((await stat(file)).size / 1000)} kB\n`)
}

/** What has happened before the pictures are taken. */
async function act(owner: WebPerson, friend: WebPerson): Promise<Record<'work' | 'ben', string>> {
  const names = ['First light', 'Up the hill', 'Lunch', 'A rest', 'The bay', 'Back', 'Night']
  const summer = names.map((title, at) => [
    `2029 Summer/${String(at + 1).padStart(2, '0')} ${title}.svg`,
    landscape(at + 1),
  ])
  const photos = await owner.plant('Photos', {
    ...Object.fromEntries(summer),
    '2028 Winter/Snow.svg': landscape(9),
    'Films/The crossing.mp4': new Uint8Array(60_000_000).fill(7),
    'Read me.txt': 'Take what you like.\n',
  })
  const work = await owner.plant('Work', {
    'Plan.md': '# Plan\n\n- ask Ben about the roof\n- order the timber\n- be done by May\n',
    'Budget 2029.csv': 'what,cost\nroof,12400\nwindows,8300\n',
    'Drawings/House, south.svg': landscape(4),
    'Drawings/House, east.svg': landscape(6),
    'Letters/To the council.txt': 'Dear all,\n',
    'صور/خريطة.svg': landscape(3),
  })
  const recipes = await owner.plant('Recipes', { 'Lemon cake.txt': 'Lemons, and more lemons.\n' })
  await owner.command('share', photos, '--name', 'Photos', '--wait', '--quiet')
  const secrets = {
    FULLMESH_READ_PASSWORD: 'crater lemon',
    FULLMESH_CHANGE_PASSWORD: 'walnut violet',
  }
  const rules = ['--read', 'password', '--change', 'password']
  await owner.commandWith(secrets, 'share', work, '--name', 'Work', ...rules, '--wait', '--quiet')
  await owner.command(
    'share',
    recipes,
    '--name',
    'Recipes',
    '--read',
    'everyone',
    '--wait',
    '--quiet',
  )
  const linkOf = async (share: string) => (await owner.command('share', 'link', share)).trim()
  const [photosLink, workLink] = [await linkOf('Photos'), await linkOf('Work')]

  const change = { FULLMESH_PASSWORD: 'walnut violet' }
  const note = await friend.plant('notes', { 'Roof.txt': 'The roof can wait until April.\n' })
  await friend.commandWith(change, 'put', join(note, 'Roof.txt'), `${workLink}/Roof.txt`)
  await writeFile(join(note, 'Roof.txt'), 'The roof can not wait.\n')
  await friend.commandWith(change, 'put', join(note, 'Roof.txt'), `${workLink}/Roof.txt`)
  await friend.commandWith(change, 'rm', `${workLink}/Letters/To the council.txt`)
  await friend.commandWith(change, 'mkdir', `${workLink}/Offers`)
  await friend.command('get', `${photosLink}/2029 Summer`, friend.path('Summer'), '--quiet')
  // These go on for as long as the nodes do.
  void friend.command('keep', workLink, friend.path('Work')).catch(() => {})
  void friend.command('get', `${photosLink}/Films`, friend.path('Films')).catch(() => {})
  const { shares } = JSON.parse(await owner.command('share', 'ls', '--json')) as {
    shares: { id: string; name: string }[]
  }
  const { peer } = JSON.parse(await friend.command('status', '--json')) as { peer: string }
  await owner.command('peer', 'add', peer, 'Ben')
  await owner.command('peer', 'trust', 'Ben')
  return { work: shares.find(({ name }) => name === 'Work')?.id ?? '', ben: peer }
}
