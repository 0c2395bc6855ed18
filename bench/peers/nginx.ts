import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, listens } from '../kit/free-port.ts'
import { Server } from '../kit/server.ts'
import { makeCertificateFiles } from './certificate.ts'

export interface WebServer extends AsyncDisposable {
  readonly url: string
  readonly server: Server
}

/** nginx with TLS 1.3 over a folder: how a file comes from a server today. */
export async function startNginx(home: string, folder: string): Promise<WebServer> {
  await mkdir(home, { recursive: true })
  // Its workers are somebody else, who has to get through.
  for (const path of [home, join(home, '..'), folder]) await chmod(path, 0o755)
  const { certificate, key } = await makeCertificateFiles(home)
  const port = await freePort()
  const config = join(home, 'nginx.conf')
  await writeFile(
    config,
    `daemon off; user root; worker_processes auto; pid ${home}/nginx.pid; error_log ${home}/error.log;
events { worker_connections 256; }
http {
  access_log off; sendfile on; tcp_nopush on; client_body_temp_path ${home}/body;
  proxy_temp_path ${home}/proxy; fastcgi_temp_path ${home}/fastcgi; uwsgi_temp_path ${home}/uwsgi; scgi_temp_path ${home}/scgi;
  server {
    listen 127.0.0.1:${port} ssl; ssl_protocols TLSv1.3;
    ssl_certificate ${certificate}; ssl_certificate_key ${key};
    root ${folder}; autoindex on;
  }
}
`,
  )
  const server = await Server.start(
    ['nginx', '-p', home, '-c', config, '-e', join(home, 'error.log')],
    () => listens(port),
  )
  const url = `https://127.0.0.1:${port}`
  return { url, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
