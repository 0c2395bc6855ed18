import type { Address } from '../../mesh/mesh.ts'
import { formatAddress, parseAddress } from '../../mesh/reach/address.ts'

/**
 * Addresses that a peer has named, for itself or for others: `host:port`, an IPv6 host in brackets.
 * Kept short in number, and never believed: mesh/reach decides what of it may be dialled.
 */
export const addressesMax = 8

/** The address, or nothing: one that can't be read is no reason to lose the rest. */
export function parseHearsay(text: string): Address[] {
  try {
    return [parseAddress(text, 'peer')]
  } catch {
    return []
  }
}

/** The field of a watcher that serves the share in turn: `host:port, host:port`. May be empty. */
export const addressesField = 'fullmesh-addresses'

export function parseHearsayField(field: string): Address[] {
  return field.split(',', addressesMax).flatMap((text) => parseHearsay(text.trim()))
}

export function formatHearsayField(addresses: readonly Address[]): string {
  return addresses.slice(0, addressesMax).map(formatAddress).join(', ')
}
