import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { after, suite } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../kit/story.ts'
import { landscape } from '../kit/web/landscape.ts'
import { sentences } from '../kit/web/sentences.ts'
import { tone } from '../kit/web/sound.ts'
import { WebWorld } from '../kit/web/web-world.ts'

const readPassword = 'crater lemon basil'
const changePassword = 'walnut harbour violet'

suite('Ana and Ben, each before a window', async () => {
  const world = await WebWorld.open()
  const test = sentences(world)
  after(() => world[Symbol.asyncDispose]())
  const ana = await world.person('ana', { name: 'Ana' })
  const ben = await world.person('ben', { name: 'Ben' })
  await ana.plant('Work', {
    'plan.txt': 'first plan\n',
    'picture.svg': landscape(5),
    'sound.wav': tone(120),
    'page.html': '<h1>Hello</h1><script>document.title = "run"</script>',
    'letters/council.txt': 'Dear all\n',
    'خطة العمل.txt': 'مرحبا\n',
  })
  const hers = await ana.window()
  const his = await ben.window()
  let link = ''

  test('see two buttons, and nothing to fill in', async () => {
    await hers.getByRole('button', { name: /^Share a folder/ }).waitFor()
    await hers.getByRole('button', { name: /^I have a link/ }).waitFor()
    assert.equal(await hers.getByRole('textbox').count(), 0)
  })

  test('share a folder with a password to read and another one to change', async () => {
    await hers.getByRole('button', { name: /^Share a folder/ }).click()
    const dialog = hers.getByRole('dialog')
    await dialog.getByLabel('Folder', { exact: true }).fill(ana.path('Work'))
    const [reads, changes] = [
      dialog.getByRole('group', { name: 'Who may look and copy' }),
      dialog.getByRole('group', { name: 'Who may also change it' }),
    ]
    await reads.getByLabel('Whoever knows a password').check()
    await reads.getByLabel('Password to read').fill(readPassword)
    await changes.getByLabel('Whoever knows a password').check()
    await changes.getByLabel('Password to change').fill(changePassword)
    await button(dialog, 'Share it').click()
    await hers.getByRole('heading', { name: '“Work” is shared' }).waitFor()
    await hers.getByRole('img', { name: 'The link as a QR code' }).waitFor()
    link = await hers.getByLabel('Link', { exact: true }).inputValue()
    assert.match(link, /^fullmesh:/)
  })

  test('open the link with the read password, and hear of each other', async () => {
    await his.getByRole('button', { name: /^I have a link/ }).click()
    await his.getByRole('textbox', { name: /^Link/ }).fill(link)
    await button(his, 'Open').click()
    await his.getByRole('textbox', { name: 'Password' }).fill('no idea')
    await button(his, 'Open').click()
    await his.getByRole('alert').waitFor()
    await his.getByRole('textbox', { name: 'Password' }).fill(readPassword)
    await button(his, 'Open').click()
    await his.getByText('To change something, ask Ana').waitFor()
    await hers.getByText('is connected').waitFor()
    await hers.keyboard.press('Escape')
  })

  test('see no way to change where there is none', async () => {
    await row(his, 'plan.txt').waitFor()
    for (const name of ['New folder', 'Rename', 'Move to trash']) {
      assert.equal(await button(his, name).count(), 0, name)
    }
    assert.equal(await his.locator('input[type=file]').count(), 0)
  })

  test('look at words, pictures and pages of a share, and jump about in a sound', async () => {
    await open(his, 'plan.txt')
    await his.getByText('first plan').waitFor()
    await open(his, 'picture.svg')
    await until(async () => (await his.evaluate(shownWidth)) === 640)
    await open(his, 'sound.wav')
    await his.locator('audio').waitFor()
    const heard: unknown = await his.evaluate(jump)
    assert.deepEqual(heard, [120, 100])
    await open(his, 'page.html')
    await his.frameLocator('iframe').getByRole('heading', { name: 'Hello' }).waitFor()
    assert.notEqual(await his.title(), 'run')
    await open(his, 'خطة العمل.txt')
    await his.getByText('مرحبا').waitFor()
    await his.getByLabel('Preview').getByRole('button', { name: 'Close' }).click()
  })

  test('copy a folder, and see when all of it is there, also after a reload in the middle', async () => {
    await row(his, 'letters').getByRole('checkbox').check()
    await button(his, 'Copy here').click()
    const dialog = his.getByRole('dialog')
    await dialog.getByLabel('Folder', { exact: true }).fill(ben.path(''))
    await button(dialog, 'Copy it').click()
    await his.getByText('It is on its way').waitFor()
    await his.reload()
    await his.getByRole('link', { name: 'Copies' }).click()
    await his.getByText('All here').waitFor()
    assert.equal(await readFile(ben.path('letters/council.txt'), 'utf8'), 'Dear all\n')
  })

  test('may change everything with the change password', async () => {
    await go(his, '#/browse/Ana/Work')
    await button(his, 'I have a password').click()
    await his.getByRole('textbox', { name: 'Password' }).fill(changePassword)
    await button(his, 'Open').click()
    await his.getByText('You may change what is here').waitFor()
    await button(his, 'New folder').click()
    await his.getByLabel('Name of the new folder').fill('offers')
    await his.keyboard.press('Enter')
    await row(his, 'offers').waitFor()
    await his
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'roof.txt', mimeType: 'text/plain', buffer: Buffer.from('tiles\n') })
    await row(his, 'roof.txt').waitFor()
    await row(his, 'roof.txt').getByRole('checkbox').check()
    await button(his, 'Rename').click()
    await his.getByLabel('New name').fill('the roof.txt')
    await his.keyboard.press('Enter')
    await row(his, 'the roof.txt').waitFor()
    assert.equal(await readFile(ana.path('Work/the roof.txt'), 'utf8'), 'tiles\n')
  })

  test('drop a file into a share', async () => {
    await his.evaluate(dropped)
    await row(his, 'dropped.txt').waitFor()
    assert.equal(await readFile(ana.path('Work/dropped.txt'), 'utf8'), 'let go\n')
  })

  test('see each other’s changes without looking again', async () => {
    await go(hers, '#/browse/me/Work')
    await row(hers, 'the roof.txt').waitFor()
    await writeFile(ana.path('Work/from ana.txt'), 'hello\n')
    await row(hers, 'from ana.txt').waitFor()
    await row(his, 'from ana.txt').waitFor()
    await go(hers, '#/activity')
    await hers.getByText('the roof.txt').first().waitFor()
  })

  test('both keep what they wrote when they write at once', async () => {
    await button(his, 'Keep in step').click()
    const dialog = his.getByRole('dialog')
    await dialog.getByLabel('Folder', { exact: true }).fill(ben.path(''))
    await button(dialog, 'Keep it').click()
    await his.getByRole('link', { name: 'Copies' }).first().click()
    const card = his.getByRole('article').filter({ hasText: 'In step' })
    await card.waitFor()
    await button(card, 'Pause').click()
    await his.getByText('Paused').waitFor()
    await writeFile(ana.path('Work/plan.txt'), 'plan of Ana\n')
    await writeFile(ben.path('Work/plan.txt'), 'plan of Ben\n')
    await go(hers, '#/browse/me/Work')
    await open(hers, 'plan.txt')
    await hers.getByText('plan of Ana').waitFor()
    await button(his, 'Resume').click()
    const conflict = hers.getByRole('row').filter({ hasText: /plan.*conflict/i })
    await conflict.waitFor()
    await conflict.getByRole('button').click()
    await hers.getByText('plan of Ben').waitFor()
  })

  test('bring back what was removed', async () => {
    await go(his, '#/browse/Ana/Work')
    await row(his, 'letters').getByRole('checkbox').check()
    await button(his, 'Move to trash').click()
    await row(his, 'letters').waitFor({ state: 'detached' })
    await go(hers, '#/shares')
    await hers.getByRole('link', { name: /^Open.*Work/ }).click()
    await hers.getByRole('tab', { name: 'Trash' }).click()
    await button(hers, 'Restore: letters').click()
    await hers.getByText('letters is back').waitFor()
    assert.equal(await readFile(ana.path('Work/letters/council.txt'), 'utf8'), 'Dear all\n')
    await row(his, 'letters').waitFor()
  })

  test('are shut out', async () => {
    await hers.getByRole('tab', { name: 'People' }).click()
    await hers
      .getByRole('button', { name: /^Shut out/ })
      .first()
      .click()
    await hers.getByText('is shut out').waitFor()
    await go(his, '#/home')
    await go(his, '#/browse/Ana/Work')
    await his.reload()
    await his
      .getByText(/has shut you out/)
      .first()
      .waitFor()
    assert.equal(await button(his, 'New folder').count(), 0)
    await rm(ben.path('Work'), { recursive: true, force: true })
  })
})

/** How wide the picture of the preview really is. */
const shownWidth = `document.querySelector('.stage img')?.naturalWidth`

/** Length of the sound, and where it stands after a jump. */
const jump = `new Promise((resolve) => {
  const sound = document.querySelector('audio')
  const go = () => {
    sound.addEventListener('seeked', () => resolve([Math.round(sound.duration), sound.currentTime]))
    sound.currentTime = 100
  }
  if (sound.readyState > 0) go()
  else sound.addEventListener('loadedmetadata', go)
})`

/** Drops a file onto the list, as a hand would. */
const dropped = `(() => {
  const transfer = new DataTransfer()
  transfer.items.add(new File(['let go\\n'], 'dropped.txt'))
  const list = document.querySelector('.list')
  for (const kind of ['dragover', 'drop']) {
    list.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }))
  }
})()`

type Within = Pick<Page, 'getByRole'>

function button(within: Within, name: string) {
  return within.getByRole('button', { name, exact: true })
}

function row(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.locator('bdi', { hasText: name }) })
}

async function open(page: Page, name: string): Promise<void> {
  await row(page, name).getByRole('button', { name, exact: true }).click()
}

async function go(page: Page, address: string): Promise<void> {
  await page.goto(new URL(address, page.url()).href)
}
