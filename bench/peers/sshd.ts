import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../kit/command.ts'
import { freePort, listens } from '../kit/free-port.ts'
import { Server } from '../kit/server.ts'

export interface SshServer extends AsyncDisposable {
  readonly server: Server
  /** What `rsync -e` is given to get there. */
  readonly shell: string
}

/** An OpenSSH server for this user alone, with keys of its own. */
export async function startSshd(home: string): Promise<SshServer> {
  await mkdir(home, { recursive: true })
  await chmod(home, 0o700)
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const port = await freePort()
  const [hostKey, userKey] = [join(home, 'host'), join(home, 'user')]
  for (const key of [hostKey, userKey])
    await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key])
  await run(['cp', `${userKey}.pub`, join(home, 'authorized')])
  await writeFile(
    join(home, 'config'),
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${hostKey}
AuthorizedKeysFile ${join(home, 'authorized')}
PidFile ${join(home, 'pid')}
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
`,
  )
  const server = await Server.start(
    ['/usr/sbin/sshd', '-D', '-e', '-f', join(home, 'config')],
    () => listens(port),
  )
  const shell = `ssh -p ${port} -i ${userKey} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`
  return { server, shell, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
