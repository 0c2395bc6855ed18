import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { nodeHome } from '../../../src/doors/contract/home.ts'

suite('the home of a node', () => {
  test('is where the XDG base directories are', () => {
    const home = at({
      XDG_CONFIG_HOME: '/c',
      XDG_STATE_HOME: '/s',
      XDG_RUNTIME_DIR: '/run/user/7',
    })
    assert.deepEqual(home, {
      configFile: '/c/fullmesh/config.json',
      stateFolder: '/s/fullmesh',
      logFile: '/s/fullmesh/node.log',
      socketPath: '/run/user/7/fullmesh/node.sock',
    })
  })

  test('has the defaults of the specification, also for relative paths', () => {
    const home = at({ XDG_CONFIG_HOME: 'relative' })
    assert.equal(home.configFile, '/home/ana/.config/fullmesh/config.json')
    assert.equal(home.stateFolder, '/home/ana/.local/state/fullmesh')
    assert.equal(home.socketPath, '/home/ana/.local/state/fullmesh/run/node.sock')
  })

  test('is one folder with FULLMESH_HOME, whatever else is set', () => {
    const home = at({ FULLMESH_HOME: '/demo', XDG_RUNTIME_DIR: '/run/user/7' })
    assert.equal(home.configFile, '/demo/config/config.json')
    assert.equal(home.stateFolder, '/demo/state')
    assert.equal(home.socketPath, '/demo/state/run/node.sock')
  })

  test('is refused when FULLMESH_HOME would be another folder in each folder', () => {
    assert.throws(() => at({ FULLMESH_HOME: 'demo' }), /absolute/)
    assert.deepEqual(at({ FULLMESH_HOME: '' }), at({}))
  })

  test('has a named pipe on Windows, another one for each state', () => {
    const pipe = (variables: Record<string, string>) =>
      nodeHome({ platform: 'win32', homeFolder: 'C:\\Users\\ana', variables }).socketPath
    const usual = pipe({ LOCALAPPDATA: 'C:\\Users\\ana\\AppData\\Local' })
    assert.match(usual, /^\\\\\.\\pipe\\fullmesh-[A-Za-z0-9-]+$/)
    assert.notEqual(usual, pipe({ FULLMESH_HOME: 'C:\\demo' }))
  })
})

function at(variables: Record<string, string>) {
  return nodeHome({ platform: 'linux', homeFolder: '/home/ana', variables })
}
