import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { columnsOf } from '../../../src/doors/cli/display.ts'
import { Printer } from '../../../src/doors/cli/printer.ts'
import { ProgressLine, progressText } from '../../../src/doors/cli/progress.ts'
import { FakeTerminal } from '../../kit/doors/fake-terminal.ts'

const tally = { filesDone: 410, filesTotal: 1204, bytesDone: 2.7e9, bytesTotal: 8.1e9 }

suite('a line of progress', () => {
  test('has amount, files, rate and time left', () => {
    assert.equal(
      progressText(tally, 9e7, 60, 'from 2 peers'),
      ' 33 %  2.7 GB of 8.1 GB  410/1,204 files  90 MB/s  1 min left  from 2 peers',
    )
  })

  test('has a bar where there is room', () => {
    assert.equal(
      progressText(tally, 9e7, 100, ''),
      '━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  33 %  2.7 GB of 8.1 GB  410/1,204 files  90 MB/s  1 min left',
    )
  })

  test('says nothing about time while nothing moves, and nothing odd about nothing', () => {
    assert.equal(progressText(tally, 0, 40), ' 33 %  2.7 GB of 8.1 GB  410/1,204 files')
    const empty = { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0 }
    assert.equal(progressText(empty, 0, 20), '  0 %  0 B of 0 B')
  })

  test('fits, is drawn at most a few times a second, and is taken away at the end', () => {
    const terminal = new FakeTerminal({ columns: 40 })
    const printer = new Printer(terminal.parts.terminal, { json: false, quiet: false })
    {
      using line = new ProgressLine(terminal.parts.terminal, printer)
      for (let at = 0; at < 100; at++) line.show(`${at} ${'x'.repeat(100)}`)
    }
    const drawn = terminal.errors.split('\r').slice(1)
    assert.deepEqual(
      drawn.map((text) => columnsOf(text.replace('\u001b[K', ''))),
      [39, 0],
    )
  })

  test('is a plain line now and then where there is no terminal, and has no bar there', () => {
    const terminal = new FakeTerminal()
    const printer = new Printer(terminal.parts.terminal, { json: false, quiet: false })
    using line = new ProgressLine(terminal.parts.terminal, printer)
    for (let at = 0; at < 100; at++) line.show(`${at}`)
    assert.equal(terminal.errors, '')
    assert.equal(progressText(tally, 0, line.columns), ' 33 %  2.7 GB of 8.1 GB  410/1,204 files')
  })

  test('is not there for programs, nor when quiet', () => {
    for (const options of [
      { json: true, quiet: false },
      { json: false, quiet: true },
    ]) {
      const terminal = new FakeTerminal({ columns: 80 })
      const printer = new Printer(terminal.parts.terminal, options)
      using line = new ProgressLine(terminal.parts.terminal, printer)
      line.show('anything')
      line.clear()
      assert.equal(terminal.errors, '')
    }
  })
})
