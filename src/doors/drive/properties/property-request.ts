import { MalformedError } from '../../../base/errors.ts'
import { davChild, elementsOf, isDav } from '../xml/xml.ts'
import type { XmlElement } from '../xml/xml.ts'
import type { PropertyName } from './dead-properties.ts'
import { livePropertyOf } from './live-properties.ts'
import type { LiveProperty } from './live-properties.ts'

/** What a PROPFIND asks for. Source: RFC 4918, section 9.1. */
export type PropertyRequest =
  | { readonly what: 'all'; readonly including: readonly WantedProperty[] }
  | { readonly what: 'names' }
  | { readonly what: 'some'; readonly names: readonly WantedProperty[] }

export interface WantedProperty extends PropertyName {
  /** Undefined for one that only a client can have left. */
  readonly live: LiveProperty | undefined
}

/** No body asks for all. Throws MalformedError. */
export function parsePropertyRequest(body: XmlElement | undefined): PropertyRequest {
  if (!body) return { what: 'all', including: [] }
  if (!isDav(body, 'propfind')) throw malformed('it is no propfind')
  if (davChild(body, 'propname')) return { what: 'names' }
  const some = davChild(body, 'prop')
  if (some) return { what: 'some', names: namesIn(some) }
  if (!davChild(body, 'allprop')) throw malformed('it asks for nothing')
  const including = davChild(body, 'include')
  return { what: 'all', including: including ? namesIn(including) : [] }
}

function namesIn(element: XmlElement): WantedProperty[] {
  return elementsOf(element).map(({ namespace, name }) => {
    return { namespace, name, live: livePropertyOf({ namespace, name }) }
  })
}

function malformed(detail: string): MalformedError {
  return new MalformedError('question for properties', detail)
}
