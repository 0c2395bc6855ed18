import { join } from 'node:path'
import { MalformedError } from '../../base/errors.ts'

/** Where one node keeps its things. All absolute. */
export interface NodeHome {
  /** Settings that a person may edit. */
  readonly configFile: string
  /** Keys, journal, index: private to the user, and worth a backup. */
  readonly stateFolder: string
  readonly logFile: string
  /** The socket of the local API; its folder is the node's own. A named pipe on Windows. */
  readonly socketPath: string
}

export interface HomeEnvironment {
  readonly platform: string
  readonly homeFolder: string
  readonly variables: Readonly<Record<string, string | undefined>>
}

/**
 * `FULLMESH_HOME` puts everything below one folder: several nodes on one computer, tests. Otherwise
 * as the XDG base directory specification says, on Windows below `LOCALAPPDATA`. Throws MalformedError for a
 * `FULLMESH_HOME` that would be another folder in each folder.
 */
export function nodeHome({ platform, homeFolder, variables }: HomeEnvironment): NodeHome {
  const wished = variables['FULLMESH_HOME'] || undefined
  const single = absolute(wished)
  if (wished !== undefined && single === undefined) {
    throw new MalformedError('FULLMESH_HOME', 'it must be an absolute path')
  }
  const roaming = platform === 'win32' ? variables['LOCALAPPDATA'] : undefined
  const folderOf = (variable: string, fallback: string): string =>
    join(absolute(variables[variable]) ?? roaming ?? join(homeFolder, fallback), 'fullmesh')
  const stateFolder = single ? join(single, 'state') : folderOf('XDG_STATE_HOME', '.local/state')
  const configFolder = single ? join(single, 'config') : folderOf('XDG_CONFIG_HOME', '.config')
  const runtime = absolute(variables['XDG_RUNTIME_DIR'])
  const socketFolder = single || !runtime ? join(stateFolder, 'run') : join(runtime, 'fullmesh')
  return {
    configFile: join(configFolder, 'config.json'),
    stateFolder,
    logFile: join(stateFolder, 'node.log'),
    socketPath: platform === 'win32' ? pipeOf(stateFolder) : join(socketFolder, 'node.sock'),
  }
}

/** The specification says to ignore relative paths. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && /^(?:\/|[A-Za-z]:[\\/])/.test(path) ? path : undefined
}

function pipeOf(stateFolder: string): string {
  return `\\\\.\\pipe\\fullmesh-${stateFolder.replaceAll(/[^A-Za-z0-9]+/g, '-')}`
}
