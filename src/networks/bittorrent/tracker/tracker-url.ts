import { MalformedError } from '../../../base/errors.ts'

export type TrackerScheme = 'http' | 'https' | 'udp'

/** Where a tracker is, out of an announce URL. */
export interface TrackerUrl {
  /** As it was written, for people. */
  readonly text: string
  readonly scheme: TrackerScheme
  /** A name, or an IP address without brackets. */
  readonly host: string
  readonly port: number
  /** Path and query, beginning with `/`; for UDP perhaps empty. */
  readonly path: string
}

/** Reads an announce URL out of a torrent or magnet link. Throws MalformedError for what is none of ours. */
export function parseTrackerUrl(text: string): TrackerUrl {
  if (text.length > urlCharsMax) throw malformed('it is too long')
  const url = URL.parse(text)
  if (!url) throw malformed('it is no URL')
  const scheme = schemes.get(url.protocol)
  if (!scheme) throw malformed(`${url.protocol} is no way to ask a tracker`)
  if (url.username !== '' || url.password !== '') throw malformed('it has a password in it')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? scheme.port : Number(url.port)
  if (host === '' || port === undefined || port === 0) throw malformed('it says no place')
  return { text, scheme: scheme.name, host, port, path: `${url.pathname}${url.search}` }
}

/** Where to ask for numbers alone; undefined when the tracker's URL does not tell (BEP 48). */
export function scrapePath({ path }: TrackerUrl): string | undefined {
  const [, before = '', after = ''] = /^(.*\/)announce([^/]*)$/.exec(path) ?? []
  return before === '' ? undefined : `${before}scrape${after}`
}

const schemes: ReadonlyMap<string, { readonly name: TrackerScheme; readonly port?: number }> =
  new Map([
    ['http:', { name: 'http', port: 80 }],
    ['https:', { name: 'https', port: 443 }],
    // There is no usual port of UDP trackers.
    ['udp:', { name: 'udp' }],
  ])

const urlCharsMax = 2_048

function malformed(detail: string): MalformedError {
  return new MalformedError('tracker address', detail)
}
