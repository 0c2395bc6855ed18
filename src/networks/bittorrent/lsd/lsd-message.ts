import type { SwarmId } from '../bittorrent.ts'
import type { Family } from '../udp/udp-port.ts'

/** An announce on the LAN. */
export interface LsdMessage {
  readonly port: number
  readonly swarms: readonly SwarmId[]
  /** By which its sender knows its own. */
  readonly cookie: string | undefined
}

/**
 * An announce: lines of text, each ended by CR LF.
 *     BT-SEARCH * HTTP/1.1
 *     Host: 239.192.152.143:6771, or [ff15::efc0:988f]:6771
 *     Port: at which the sender listens
 *     Infohash: 40 hex digits; as many lines as swarms
 *     cookie: anything
 *     (two empty lines)
 * Source: BEP 14
 */
export function encodeLsd(message: LsdMessage, family: Family): Uint8Array {
  const { group } = lsdGroups[family]
  const host = family === 'IPv6' ? `[${group}]` : group
  return Buffer.from(
    [
      firstLine,
      `Host: ${host}:${lsdPort}`,
      `Port: ${message.port}`,
      ...message.swarms.slice(0, swarmsMax).map((swarm) => `Infohash: ${swarm}`),
      ...(message.cookie === undefined ? [] : [`cookie: ${message.cookie}`]),
      '\r\n\r\n',
    ].join('\r\n'),
  )
}

/** Undefined for whatever is no announce. Unknown lines are left out. */
export function parseLsd(data: Uint8Array): LsdMessage | undefined {
  if (data.length > messageBytesMax) return undefined
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1')
  const [first, ...lines] = text.split('\r\n')
  if (first !== firstLine) return undefined
  let port: number | undefined
  let cookie: string | undefined
  const swarms = new Set<SwarmId>()
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Za-z-]+): *(.*?) *$/.exec(line) ?? []
    const key = name.toLowerCase()
    if (key === 'port' && /^[0-9]{1,5}$/.test(value)) port = Number(value)
    if (key === 'cookie') cookie = value.slice(0, cookieCharsMax)
    if (key === 'infohash' && hashForm.test(value)) swarms.add(value.toLowerCase() as SwarmId)
  }
  if (port === undefined || port < 1 || port > 65_535 || swarms.size === 0) return undefined
  return { port, swarms: [...swarms].slice(0, swarmsMax), cookie }
}

/** BEP 14. */
export const lsdPort = 6_771
export const lsdGroups = {
  IPv4: { group: '239.192.152.143' },
  IPv6: { group: 'ff15::efc0:988f' },
} as const

/** As many as stay below 1,400 bytes, which BEP 14 asks for. */
export const swarmsMax = 24

const firstLine = 'BT-SEARCH * HTTP/1.1'
const hashForm = /^[0-9a-f]{40}$/i
const messageBytesMax = 1_500
const cookieCharsMax = 64
