import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { RunningCommand } from './running-command.ts'
import { tempFolder } from './temp-folder.ts'

/** Why nginx can't be asked here, for `{ skip }`; false when it can. In CI it has to be there. */
export function nginxMissing(): string | false {
  if (process.env['CI'] !== undefined) return false
  return spawnSync('which', ['nginx']).status !== 0 && 'nginx is not installed'
}

export interface Nginx extends AsyncDisposable {
  readonly url: string
}

/** nginx, on 127.0.0.1, with the files below `root`; `/moved/` leads to them by a redirection. */
export async function openNginx(root: string): Promise<Nginx> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await tempFolder())
  await chmod(folder.path, 0o755)
  await chmod(root, 0o755)
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const config = join(folder.path, 'nginx.conf')
  await writeFile(
    config,
    `daemon off; pid ${folder.path}/pid; error_log stderr notice; events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder.path};`).join(' ')}
      server {
        listen 127.0.0.1:${port};
        root ${root};
        location /moved/ { rewrite ^/moved(/.*)$ http://127.0.0.1:${port}$1 redirect; }
      }
    }`,
  )
  const running = opened.use(new RunningCommand('nginx', ['-c', config, '-p', folder.path]))
  await running.until(/start worker process /)
  const kept = opened.move()
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}
