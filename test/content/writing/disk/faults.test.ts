import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../../src/content/content.ts'
import { parseSharePath } from '../../../../src/content/names.ts'
import { contentOfBytes, layerOfBytes } from '../../../kit/content-of-bytes.ts'
import { watchDisk } from '../../../kit/watched-disk.ts'
import { deeds } from '../../../kit/writing-deeds.ts'
import { never, target, textContent, writtenFolder } from '../../../kit/written-folder.ts'
import type { WrittenFolder } from '../../../kit/written-folder.ts'

suite('a disk that does not keep what it is given', () => {
  test('costs the small file that it happens to, and no other', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'old')
    const results = await failing(nth('fsync', 1, 'EIO'), () =>
      folder.putAll(
        [
          ['a', 'new'],
          ['b', 'b'],
          ['c', 'c'],
        ],
        { base: 'any' },
      ),
    )
    const names = results.map((result) => (result instanceof Error ? result.name : result.outcome))
    assert.deepEqual(names.toSorted(), ['DiskFailedError', 'new', 'replaced'].toSorted())
    assert.deepEqual(folder.ownNames('stage'), [])
    assert.deepEqual(await folder.journal.intents(), [])
  })

  test('costs the stage, which is never synced a second time', async () => {
    await using folder = await writtenFolder()
    const { writer } = folder.writing
    for (const call of ['fdatasync', 'fsync']) {
      const stage = await filled(folder)
      const installing = failing(nth(call, 0, 'EIO'), () =>
        writer.install(stage, target('a'), never),
      )
      await assert.rejects(installing, { name: 'DiskFailedError', kind: 'full' })
      const writing = stage.write(0, large.subarray(0, pieceBytes), never)
      await assert.rejects(writing, { name: 'DiskFailedError' })
      assert.deepEqual(folder.ownNames('stage'), [])
      assert.deepEqual(await folder.journal.stages(), [])
      assert.deepEqual(await folder.journal.intents(), [])
    }
    assert.deepEqual(folder.names(), [])
  })

  test('is not believed when it can not sync a folder', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'old')
    for (const at of [0, 1]) {
      const replacing = failing(nth('fsyncSync', at, 'EIO'), () =>
        folder.put('a', 'new', { base: 'any' }),
      )
      await assert.rejects(replacing, { name: 'DiskFailedError' })
    }
    const texts = [folder.text('a'), ...folder.ownTexts('versions')]
    assert.ok(texts.includes('old'))
  })
})

suite('a full disk', () => {
  test('says how much is missing, and loses nothing', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'old')
    for (const call of ['openSync', 'writeSync', 'linkSync', 'renameSync']) {
      const replacing = failing(nth(call, 0, 'ENOSPC'), () =>
        folder.put('a', 'new', { base: 'any' }),
      )
      await assert.rejects(replacing, { name: 'DiskFullError', neededBytes: 3 }, call)
      assert.equal(folder.text('a'), 'old')
      assert.deepEqual(folder.ownNames('stage'), [])
      assert.deepEqual(folder.ownNames('versions'), [])
    }
  })

  test('leaves the stage as it is, to be installed when there is room', async () => {
    await using folder = await writtenFolder()
    const stage = await filled(folder)
    const installing = failing(nth('linkSync', 0, 'ENOSPC'), () =>
      folder.writing.writer.install(stage, target('a'), never),
    )
    await assert.rejects(installing, { name: 'DiskFullError' })
    assert.deepEqual([...stage.have], [0, 1])
    assert.equal((await folder.writing.writer.install(stage, target('a'), never)).outcome, 'new')
  })

  test('is noticed before anything is staged', async () => {
    await using folder = await writtenFolder()
    const content = { ...textContent('x'), length: 2 ** 52 }
    await assert.rejects(folder.writing.writer.stage(content, never), {
      name: 'DiskFullError',
      neededBytes: 2 ** 52,
    })
    assert.deepEqual(folder.ownNames('stage'), [])
    assert.deepEqual(await folder.journal.stages(), [])
  })
})

suite('a place that may not be written', () => {
  test('says why, and loses nothing', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'old')
    const kinds = { EACCES: 'NotWritableError', EROFS: 'NotWritableError', EXDEV: 'UnfitDiskError' }
    for (const [code, name] of Object.entries(kinds)) {
      const replacing = failing(nth('renameSync', 0, code), () =>
        folder.put('a', 'new', { base: 'any' }),
      )
      await assert.rejects(replacing, { name }, code)
      assert.equal(folder.text('a'), 'old')
      assert.deepEqual(await folder.binned('version'), [])
    }
    assert.equal((await folder.put('a', 'new', { base: 'any' })).outcome, 'replaced')
  })
})

suite('a disk without hard links', () => {
  for (const [name, deed] of Object.entries(deeds)) {
    test(`is fine for ${name}`, async () => {
      await using folder = await writtenFolder()
      await failing(each('linkSync', 'EPERM'), async () => {
        await deed.before(folder)
        await deed.does(folder)
      })
      assert.deepEqual(folder.texts(), deed.after)
    })
  }

  test('has versions and conflict copies all the same', async () => {
    await using folder = await writtenFolder()
    await failing(each('linkSync', 'ENOTSUP'), async () => {
      await folder.put('a', 'one')
      await folder.put('a', 'two', { base: textContent('one') })
      assert.equal((await folder.put('a', 'three')).outcome, 'conflict')
    })
    assert.deepEqual(await folder.binned('version', 'a'), ['one'])
    assert.equal(folder.text('a'), 'two')
  })
})

suite('a folder that is gone', () => {
  test('is not written to, nor is what stands in its place', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'text')
    const away = `${folder.root}-away`
    renameSync(folder.root, away)
    const gone = { name: 'FolderGoneError' }
    await assert.rejects(folder.put('b', 'new'), gone)
    mkdirSync(folder.root)
    await assert.rejects(folder.put('b', 'new'), gone)
    await assert.rejects(folder.put('a', 'new', { base: 'any' }), gone)
    await assert.rejects(folder.writing.writer.stage(textContent('x'), never), gone)
    await assert.rejects(folder.writing.writer.remove(parseSharePath('a'), 'any', 'a', never), gone)
    assert.deepEqual(readdirSync(folder.root), [])
    rmSync(folder.root, { recursive: true })
    renameSync(away, folder.root)
    assert.equal((await folder.put('b', 'new')).outcome, 'new')
  })
})

suite('a file that changes all the time', () => {
  test('is given up for now, as it is', async () => {
    await using folder = await writtenFolder()
    folder.plant('a', 'old')
    let edits = 0
    {
      using _ = watchDisk((call) => {
        if (call === 'linkSync') folder.plant('a', `edit ${++edits}`)
      })
      const replacing = folder.put('a', 'new', { base: 'any' })
      await assert.rejects(replacing, { name: 'ChangedError' })
    }
    assert.equal(folder.text('a'), `edit ${edits}`)
    assert.deepEqual([folder.ownNames('stage'), folder.ownNames('versions')], [[], []])
  })
})

suite('two writers at once', () => {
  test('lose nothing: what comes later is a conflict copy', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'base')
    const base = textContent('base')
    const [ana, ben] = await Promise.all([
      folder.put('a', 'by ana', { base }),
      folder.put('a', 'by ben', { base, who: 'ben' }),
    ])
    assert.deepEqual([ana.outcome, ben.outcome], ['replaced', 'conflict'])
    assert.deepEqual(Object.values(folder.texts()).toSorted(), ['by ana', 'by ben'])
    assert.deepEqual(await folder.binned('version', 'a'), ['base'])
  })
})

type Fault = (call: string) => string | undefined

/** The call of this name before which so many others went well fails with the code. */
function nth(name: string, before: number, code: string): Fault {
  let left = before
  return (call) => (call === name && left-- === 0 ? code : undefined)
}

function each(name: string, code: string): Fault {
  return (call) => (call === name ? code : undefined)
}

async function failing<Result>(fault: Fault, task: () => Promise<Result>): Promise<Result> {
  using _ = watchDisk((call) => {
    const code = fault(call)
    if (code !== undefined) throw Object.assign(new Error(code), { code })
  })
  return await task()
}

async function filled(folder: WrittenFolder) {
  const stage = await folder.writing.writer.stage(contentOfBytes(large), never)
  await stage.acceptLayer(layerOfBytes(large))
  for (const index of [0, 1]) {
    const piece = large.subarray(index * pieceBytes, (index + 1) * pieceBytes)
    await stage.write(index, piece, never)
  }
  return stage
}

const large = Buffer.alloc(pieceBytes + 10, 'large ')
