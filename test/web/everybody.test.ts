import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFindings } from '../kit/web/axe.ts'
import { landscape } from '../kit/web/landscape.ts'
import { WebWorld } from '../kit/web/web-world.ts'

const desktop = { width: 1280, height: 860 }
const phone = { width: 390, height: 780 }
const addresses = [
  '#/home',
  '#/shares',
  '#/browse',
  '#/browse/me/Photos',
  '#/copies',
  '#/people',
  '#/activity',
  '#/settings',
]

suite('the web UI is for everybody', async () => {
  const world = await WebWorld.open()
  after(() => world[Symbol.asyncDispose]())
  const ana = await world.person('ana', { name: 'Ana' })
  const folder = await ana.plant('Photos', {
    'sea.svg': landscape(3),
    'a/b/deep.txt': 'deep\n',
    'words.txt': 'words\n',
    'صور من البحر.txt': 'مرحبا\n',
  })
  await ana.command('share', folder, '--name', 'Photos', '--wait', '--quiet')
  await ana.plant('Other', { 'x.txt': 'x' })

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [device, viewport] of Object.entries({ desktop, phone })) {
      test(`axe finds nothing, in ${colorScheme} on a ${device}`, async () => {
        const page = await ana.window({ viewport, colorScheme })
        const found: string[] = []
        for (const address of addresses) {
          await show(page, address)
          for (const finding of await axeFindings(page)) found.push(`${address} ${finding}`)
          assert.equal(await page.evaluate(sideways), 0, `${address} scrolls sideways`)
        }
        for (const open of dialogs) {
          await open(page)
          await page.getByRole('dialog').first().waitFor()
          await settled(page)
          for (const finding of await axeFindings(page)) found.push(`${open.name} ${finding}`)
          await page.keyboard.press('Escape')
          await page.getByRole('dialog').first().waitFor({ state: 'detached' })
        }
        assert.deepEqual(found, [])
        await page.context().close()
      })
    }
  }

  test('it is whole in Arabic, from right to left', async () => {
    const page = await ana.window({ locale: 'ar-EG', viewport: phone })
    for (const address of addresses) {
      await show(page, address)
      assert.equal(await page.evaluate('document.documentElement.dir'), 'rtl')
      assert.equal(await page.evaluate(sideways), 0, `${address} scrolls sideways`)
      assert.deepEqual(await axeFindings(page), [], address)
    }
    await show(page, '#/browse/me/Photos')
    await page.getByText('صور من البحر.txt').waitFor()
    await page.context().close()
  })

  test('it needs no mouse', async () => {
    const page = await ana.window()
    await press(page, 'n')
    await page.getByLabel('Folder', { exact: true }).fill(ana.path('Other'))
    await press(page, 'Enter')
    await page.getByRole('heading', { name: '“Other” is shared' }).waitFor()
    await press(page, 'Escape')
    await press(page, 'g', 'b')
    await page.getByRole('heading', { name: 'Browse' }).waitFor()
    await page.getByRole('grid').focus()
    await press(page, 'Enter')
    await page.getByRole('row').filter({ hasText: 'Photos' }).waitFor()
    await page.getByRole('grid').focus()
    await press(page, 'End', 'Enter')
    await page.getByText('words.txt').waitFor()
    await page.getByRole('grid').focus()
    await press(page, 'Home', 'ArrowRight')
    await page.getByRole('row').filter({ hasText: 'b' }).nth(1).waitFor()
    await press(page, 'ArrowLeft', 'End', 'Enter')
    await page.getByLabel('Preview').waitFor()
    await press(page, 'F2')
    await page.getByLabel('New name').fill('renamed.txt')
    await press(page, 'Enter')
    await page.getByText('renamed.txt').first().waitFor()
    await press(page, '/')
    await page.keyboard.type('deep')
    await page.getByText('a/b/deep.txt').waitFor()
    await page.context().close()
  })

  test('the way to the content is the first stop of the Tab key', async () => {
    const page = await ana.window()
    await press(page, 'Tab', 'Enter')
    assert.equal(await page.evaluate('document.activeElement.id'), 'main')
    await page.context().close()
  })
})

/** How far the page is wider than the window. */
const sideways = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

const dialogs: readonly ((page: Page) => Promise<unknown>)[] = [
  function shareFolder(page) {
    return page.keyboard.press('n')
  },
  function openLink(page) {
    return page.keyboard.press('l')
  },
  function help(page) {
    return page.keyboard.press('?')
  },
  async function share(page) {
    await show(page, '#/shares')
    await page.getByRole('link', { name: /^Open.*Photos/ }).click()
  },
  async function preview(page) {
    await page.setViewportSize(phone)
    await show(page, '#/browse/me/Photos')
    await page.getByRole('button', { name: 'words.txt' }).click()
  },
]

async function show(page: Page, address: string): Promise<void> {
  await page.goto(new URL(address, page.url()).href)
  await settled(page)
}

async function settled(page: Page): Promise<void> {
  await page.getByRole('heading').first().waitFor({ state: 'attached' })
  await page
    .locator('[role=status]', { hasText: 'One moment' })
    .first()
    .waitFor({ state: 'hidden' })
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}
