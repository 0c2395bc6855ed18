/** How a system opens a folder of the drive: what to do, step by step, with commands as they are typed. */
export interface MountWay {
  readonly system: 'linux' | 'darwin' | 'win32'
  readonly title: string
  readonly steps: readonly string[]
}

export interface Mountable {
  /** Of the drive, with a slash at its end. */
  readonly address: string
  readonly user: string
}

/**
 * The ways to mount what stands at `place`, or the whole drive for an empty one. None of them has the password in
 * a command: each program asks for it.
 */
export function mountWays({ address, user }: Mountable, place: string): MountWay[] {
  const names = place.split('/').filter((name) => name !== '')
  const url = new URL(names.map((name) => `${encoded(name)}/`).join(''), address)
  const [scheme, rest] = [`//${user}@`, `${url.host}${url.pathname}`]
  const folder = `~/fullmesh/${shellSafe(names.at(-1) ?? 'drive')}`
  return [
    {
      system: 'linux',
      title: 'GNOME Files',
      steps: [`gio mount dav:${scheme}${rest}`],
    },
    {
      system: 'linux',
      title: 'KDE Dolphin',
      steps: [`dolphin webdav:${scheme}${rest}`],
    },
    {
      system: 'linux',
      title: 'davfs2 (Linux 6.15 and newer: with "buf_size 64" in /etc/davfs2/davfs2.conf)',
      steps: [
        `mkdir -p ${folder}`,
        `sudo mount -t davfs -o uid=$(id -u),gid=$(id -g) ${url.href} ${folder}`,
      ],
    },
    {
      system: 'darwin',
      title: 'Finder',
      steps: [`Go, Connect to Server (Command-K): http:${scheme}${rest}`],
    },
    {
      system: 'darwin',
      title: 'Terminal',
      steps: [`mkdir -p ${folder}`, `mount_webdav -i ${url.href} ${folder}`],
    },
    {
      system: 'win32',
      title: 'Command prompt (files of up to 50 MB, unless Windows is told otherwise)',
      steps: [`net use * ${url.href.slice(0, -1)} * /user:${user}`],
    },
    {
      system: 'win32',
      title: 'Explorer',
      steps: [`Map network drive: ${url.href}`],
    },
  ]
}

/** Also what means something to a shell. */
function encoded(name: string): string {
  const plain = encodeURIComponent(name)
  return plain.replaceAll(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** As one word of a shell's command, whatever a peer called it. */
function shellSafe(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}._-]/gu, '-').replace(/^[-.]+/, '') || 'drive'
}
