import { request as requestHttp } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { Surroundings } from '../../../base/base.ts'
import { concatBytes } from '../../../base/bytes.ts'
import { InterruptedError } from '../../../base/errors.ts'
import { OfflineError } from '../../../mesh/errors.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { bytesOfSwarm } from '../swarm-id.ts'
import { parseHttpAnswer, parseHttpScrape } from './http-answer.ts'
import { scrapePath } from './tracker-url.ts'
import type { TrackerUrl } from './tracker-url.ts'
import { TrackerError } from './tracker.ts'
import type { TrackerClient, TrackerQuestion } from './tracker.ts'

/**
 * Asks trackers by HTTP and HTTPS. The connection goes to the address that was checked, whatever the name
 * means by then, and redirections are not followed: they could lead anywhere.
 */
export function httpTrackerClient(surroundings: Surroundings): TrackerClient {
  return {
    announce: async (url, at, question, signal) =>
      parseHttpAnswer(await get(url, withQuery(url.path, announceQuery(question)), at, signal)),
    scrape: async (url, at, swarms, signal) => {
      const path = scrapePath(url)
      if (path === undefined) throw new TrackerError('This tracker gives no numbers.')
      const query = swarms.map((swarm) => `info_hash=${percent(bytesOfSwarm(swarm))}`).join('&')
      return parseHttpScrape(await get(url, withQuery(path, query), at, signal), swarms)
    },
  }

  function get(
    url: TrackerUrl,
    path: string,
    at: PeerAddress,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    const request = (url.scheme === 'https' ? requestHttps : requestHttp)(optionsFor(url, path, at))
    const timer = surroundings.clock.after(answerMs, () => request.destroy())
    const stop = () => request.destroy()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    request.on('response', (response) => {
      readAll(response).then(resolve, reject)
    })
    request.on('error', reject)
    request.on('close', () => {
      timer[Symbol.dispose]()
      signal.removeEventListener('abort', stop)
      count('out', request.socket?.bytesWritten ?? 0)
      count('in', request.socket?.bytesRead ?? 0)
      // Whatever has settled it before stands.
      reject(new Error('closed'))
    })
    request.end()
    return promise.catch((cause: unknown) => {
      if (signal.aborted) throw new InterruptedError(signal.reason)
      if (cause instanceof TrackerError) throw cause
      throw new OfflineError('The tracker does not answer.', { cause })
    })

    function count(direction: 'in' | 'out', bytes: number): void {
      const label = {
        peer: url.host,
        network: 'bittorrent',
        purpose: 'discovery',
        direction,
      } as const
      surroundings.meter.count(label, bytes)
    }
  }
}

function optionsFor(url: TrackerUrl, path: string, at: PeerAddress): RequestOptions {
  const isUsual = url.port === (url.scheme === 'https' ? 443 : 80)
  const name = url.host.includes(':') ? `[${url.host}]` : url.host
  return {
    host: at.host,
    port: at.port,
    path,
    agent: false,
    headers: {
      host: isUsual ? name : `${name}:${url.port}`,
      'user-agent': userAgent,
      'accept-encoding': 'identity',
      connection: 'close',
    },
    maxHeaderSize: headerBytesMax,
    // The certificate has to be that of the name, not of the address.
    ...(isIP(url.host) === 0 && { servername: url.host }),
  }
}

async function readAll(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue
    bytes += chunk.length
    if (bytes > answerBytesMax) throw new TrackerError('The tracker says too much.')
    chunks.push(chunk)
  }
  // Some say why they refuse with a status of their own.
  const isAnswer = response.statusCode === 200 || chunks[0]?.[0] === dictionaryStart
  if (isAnswer) return concatBytes(chunks)
  throw new TrackerError(`The tracker answers with status ${response.statusCode}.`)
}

function announceQuery(question: TrackerQuestion): string {
  const { progress, event, trackerId } = question
  return [
    `info_hash=${percent(bytesOfSwarm(question.swarm))}`,
    `peer_id=${percent(question.peerId)}`,
    `port=${question.port}`,
    `uploaded=${progress.uploadedBytes}`,
    `downloaded=${progress.downloadedBytes}`,
    `left=${progress.leftBytes}`,
    `key=${question.key.toString(16).padStart(8, '0')}`,
    `numwant=${question.peersWanted}`,
    'compact=1',
    'no_peer_id=1',
    'supportcrypto=1',
    ...(event === undefined ? [] : [`event=${event}`]),
    ...(trackerId ? [`trackerid=${percent(trackerId)}`] : []),
  ].join('&')
}

function withQuery(path: string, query: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${query}`
}

/** Every byte, so that none is taken for text. */
function percent(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

const userAgent = 'Fullmesh'

/** Trackers under load take long. */
const answerMs = 20_000

/** 200 peers as dictionaries take 20 kB. */
const answerBytesMax = 512 * 1024
const headerBytesMax = 16 * 1024

/** A bencoded dictionary begins with a `d`. */
const dictionaryStart = 0x64
