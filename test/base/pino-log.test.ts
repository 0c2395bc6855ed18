import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'

const logFile = new URL('../../src/base/pino-log.ts', import.meta.url).href

suite('the log of a node', () => {
  test('is a line of JSON for each event, with causes, and without secrets', async () => {
    const code = `
      import { openPinoLog } from '${logFile}'
      const log = openPinoLog('info').with({ share: 'Photos' })
      log.debug('not told')
      log.info('Something happened', { peer: 'ana', password: 'hush' })
      log.error('A bug', new Error('outer', { cause: new Error('inner') }))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code])
    const lines = (await text(child.stderr))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(lines.length, 2)
    const [info, error] = lines
    assert.deepEqual([info.event, info.share, info.peer], ['Something happened', 'Photos', 'ana'])
    assert.doesNotMatch(JSON.stringify(info), /hush/)
    assert.match(error.err.stack, /outer[^]*inner/)
  })
})
