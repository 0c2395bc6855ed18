import { keyOfBytes } from '../bencode/bencode.ts'
import { decodeDictionary } from '../bencode/decode.ts'
import { encode } from '../bencode/encode.ts'
import type { Metainfo } from './metainfo.ts'

/** A torrent file. The info dictionary goes into it byte for byte. */
export function writeMetainfo(
  metainfo: Pick<Metainfo, 'info' | 'layers'> & Partial<Metainfo>,
): Uint8Array {
  const {
    info,
    layers,
    trackers = [],
    webSeeds = [],
    nodes = [],
    comment,
    createdBy,
    createdMs,
  } = metainfo
  const [first] = trackers
  const layersByRoot = new Map(
    Array.from(layers, ([root, layer]) => [keyOfBytes(Buffer.from(root, 'hex')), layer] as const),
  )
  return encode({
    announce: first?.[0],
    'announce-list': trackers.length > 1 || (first?.length ?? 0) > 1 ? trackers : undefined,
    comment,
    'created by': createdBy,
    'creation date': createdMs === undefined ? undefined : Math.floor(createdMs / 1000),
    info: decodeDictionary(info.raw, { keys: 'any' }),
    nodes: nodes.length > 0 ? nodes.map(nodePair) : undefined,
    'piece layers': info.hashV2 ? layersByRoot : undefined,
    'url-list': webSeeds.length > 0 ? webSeeds : undefined,
  })
}

function nodePair(node: string): [string, number] {
  const colon = node.lastIndexOf(':')
  return [node.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), Number(node.slice(colon + 1))]
}
