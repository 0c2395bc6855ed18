import { activeLock } from '../locks/lock.ts'
import { xmlText } from '../xml/write-xml.ts'
import { davNamespace } from '../xml/xml.ts'
import type { PropertyName } from './dead-properties.ts'
import type { Subject } from './subject.ts'

/** A property that the drive makes; clients can set one of them. */
export interface LiveProperty extends PropertyName {
  /** Whether it belongs into the answer to a question for all. */
  readonly isUsual: boolean
  /** What stands inside its element; undefined where the subject has no such property. */
  readonly value: (subject: Subject, nowMs: number) => string | undefined
  /** Its tags, where `D` is declared. */
  readonly open: string
  readonly close: string
}

/** The whole element; undefined where the subject has no such property. */
export function liveXml(
  { value, open, close }: LiveProperty,
  subject: Subject,
  nowMs: number,
): string | undefined {
  const inside = value(subject, nowMs)
  return inside === undefined ? undefined : open + inside + close
}

/** davfs2 and others show it as the permission to execute. */
const apacheNamespace = 'http://apache.org/dav/props/'

/**
 * There is no getcontenttype: clients know more endings than a table here would, and use them when it is
 * missing. There is no creationdate: no share keeps it.
 */
export const liveProperties: readonly LiveProperty[] = [
  dav('resourcetype', ({ kind }) => (kind === 'directory' ? '<D:collection/>' : '')),
  dav('displayname', ({ displayName }) => xmlText(displayName)),
  dav('getcontentlength', ({ file }) => file && String(file.bytes)),
  dav('getlastmodified', ({ file }) => file && new Date(file.mtimeMs).toUTCString()),
  dav('getetag', ({ file }) => file && xmlText(file.etag)),
  dav('supportedlock', ({ isLockable }) => (isLockable ? lockEntries : '')),
  dav('lockdiscovery', ({ locks, shareNames }, nowMs) =>
    locks.map((lock) => activeLock(lock, shareNames, nowMs)).join(''),
  ),
  // RFC 4331 wants them to be asked for by name.
  { ...dav('quota-used-bytes', ({ usedBytes }) => usedBytes?.toString()), isUsual: false },
  {
    ...dav('quota-available-bytes', ({ availableBytes }) => availableBytes?.toString()),
    isUsual: false,
  },
  {
    namespace: apacheNamespace,
    name: 'executable',
    isUsual: true,
    value: ({ file }) => file && (file.executable ? 'T' : 'F'),
    open: `<executable xmlns="${apacheNamespace}">`,
    close: '</executable>',
  },
]

const liveByName = new Map(liveProperties.map((property) => [keyOf(property), property]))

export function livePropertyOf(name: PropertyName): LiveProperty | undefined {
  return liveByName.get(keyOf(name))
}

/** What the drive gives a meaning to is not kept as it comes. */
export function isLive(name: PropertyName): boolean {
  return liveByName.has(keyOf(name))
}

/** The permission to run a file, which is a part of it: the one live property that clients set. */
export function isExecutability({ namespace, name }: PropertyName): boolean {
  return namespace === apacheNamespace && name === 'executable'
}

function dav(name: string, value: LiveProperty['value']): LiveProperty {
  const tags = { open: `<D:${name}>`, close: `</D:${name}>` }
  return { namespace: davNamespace, name, isUsual: true, value, ...tags }
}

function keyOf({ namespace, name }: PropertyName): string {
  return `${namespace} ${name}`
}

/** Source: RFC 4918, section 15.10. */
const lockEntries = ['exclusive', 'shared']
  .map(
    (scope) =>
      `<D:lockentry><D:lockscope><D:${scope}/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>`,
  )
  .join('')
