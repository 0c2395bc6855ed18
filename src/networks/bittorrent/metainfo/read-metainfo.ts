import { BencodedDictionary, isList, utf8 } from '../bencode/bencode.ts'
import type { Bencoded } from '../bencode/bencode.ts'
import { decodeFirst } from '../bencode/decode.ts'
import { checkDiskPaths } from './disk-paths.ts'
import type { Metainfo } from './metainfo.ts'
import { readPieceLayers } from './piece-layers.ts'
import { readInfo } from './read-info.ts'
import { TorrentError } from './torrent-error.ts'

/** A torrent file from its bytes. Throws TorrentError. */
export function parseMetainfo(bytes: Uint8Array): Metainfo {
  const found = decodeAny(bytes)
  if (!(found instanceof BencodedDictionary)) throw new TorrentError('info', 'it is no dictionary')
  const dictionary = found.dictionary('info')
  if (!dictionary) throw new TorrentError('info', 'it has no info dictionary')
  const info = readInfo(dictionary)
  checkDiskPaths(info)
  const layers = info.hashV2 ? found.dictionary('piece layers') : undefined
  const createdSeconds = found.integer('creation date')
  return {
    info,
    trackers: readTrackers(found),
    webSeeds: textsIn(found.list('url-list') ?? found.bytes('url-list')),
    nodes: readNodes(found),
    comment: found.text('comment.utf-8') ?? found.text('comment'),
    createdBy: found.text('created by'),
    createdMs: createdSeconds === undefined ? undefined : createdSeconds * 1000,
    layers: layers ? readPieceLayers(layers, info) : new Map(),
  }
}

function decodeAny(bytes: Uint8Array): Bencoded {
  if (bytes.length > torrentBytesMax) throw new TorrentError('many', 'it is too large')
  try {
    // Editors leave a line break at the end.
    return decodeFirst(bytes, { keys: 'any' }).value
  } catch (cause) {
    throw new TorrentError('encoding', 'it is not bencoded', cause)
  }
}

/** BEP 12: a list of tiers goes before the single one of BEP 3. */
function readTrackers(found: BencodedDictionary): readonly (readonly string[])[] {
  const tiers = (found.list('announce-list') ?? []).flatMap((tier) => {
    const urls = textsIn(tier)
    return urls.length > 0 ? [urls] : []
  })
  if (tiers.length > 0) return tiers
  const urls = textsIn(found.bytes('announce'))
  return urls.length > 0 ? [urls] : []
}

/** BEP 5. */
function readNodes(found: BencodedDictionary): readonly string[] {
  return (found.list('nodes') ?? []).flatMap((node) => {
    const [host, port] = isList(node) ? node : []
    if (!(host instanceof Uint8Array) || typeof port !== 'number') return []
    const name = utf8(host)
    return [name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`]
  })
}

/** A text, or the texts of a list, each once, without spaces around it. */
function textsIn(value: Bencoded | undefined): readonly string[] {
  const values = isList(value) ? value : value === undefined ? [] : [value]
  const texts = values.flatMap((one) => (one instanceof Uint8Array ? [utf8(one).trim()] : []))
  return [...new Set(texts)].filter((text) => text !== '')
}

/** As large as libtorrent reads. */
export const torrentBytesMax = 80_000_000
