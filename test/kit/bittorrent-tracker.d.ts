/** The part of the npm package's server that tests use; it brings no types. */
declare module 'bittorrent-tracker/server' {
  import type { Socket } from 'node:dgram'
  import type { EventEmitter } from 'node:events'
  import type { Server as HttpServer } from 'node:http'

  class Server extends EventEmitter {
    constructor(options: { http?: boolean; udp?: boolean; ws?: boolean; stats?: boolean })
    readonly http: HttpServer
    readonly udp4: Socket
    listen(port: number, hosts: object, onListening: () => void): void
    close(onClosed?: () => void): void
  }
  export = Server
}
