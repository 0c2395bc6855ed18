import { formatAddress } from '../../../mesh/reach/address.ts'
import type { Handler } from '../api.ts'

export const status: Handler<'status'> = async ({ node, mesh, shares, copies }) => {
  const own = shares.all()
  const heads = own.flatMap((share) => share.head()?.head.summary ?? [])
  const states = own.map((share) => share.state().kind)
  const copyStates = copies.all().map((copy) => copy.state().kind)
  const traffic = node.traffic()
  return {
    schema: 'fullmesh.status/1',
    version: node.version,
    process: process.pid,
    name: node.name,
    peer: mesh.identity.peerId,
    sinceMs: node.sinceMs,
    addresses: mesh.addresses().map(formatAddress),
    shares: {
      count: own.length,
      files: sum(heads.map(({ files }) => files)),
      bytes: sum(heads.map(({ bytes }) => bytes)),
      indexing: states.filter((state) => state === 'indexing').length,
      paused: states.filter((state) => state === 'paused').length,
    },
    copies: {
      count: copyStates.length,
      running: copyStates.filter((state) => state === 'copying').length,
      waiting: copyStates.filter((state) => state === 'waiting').length,
      failed: copyStates.filter((state) => state === 'failed').length,
    },
    peers: {
      contacts: mesh.book.contacts().length,
      nearby: mesh.discovery.neighbours().length,
      linked: mesh.links().length,
    },
    traffic: {
      inBytes: sum(traffic.flatMap(({ direction, bytes }) => (direction === 'in' ? bytes : []))),
      outBytes: sum(traffic.flatMap(({ direction, bytes }) => (direction === 'out' ? bytes : []))),
    },
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
