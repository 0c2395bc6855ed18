import { MalformedError } from '../../../base/errors.ts'
import { davChild, elementsOf, isDav } from '../xml/xml.ts'
import type { XmlElement } from '../xml/xml.ts'
import type { PropertyName } from './dead-properties.ts'

/** What a PROPFIND asks for. Source: RFC 4918, section 9.1. */
export type PropertyRequest =
  | { readonly what: 'all'; readonly including: readonly PropertyName[] }
  | { readonly what: 'names' }
  | { readonly what: 'some'; readonly names: readonly PropertyName[] }

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

function namesIn(element: XmlElement): PropertyName[] {
  return elementsOf(element).map(({ namespace, name }) => ({ namespace, name }))
}

function malformed(detail: string): MalformedError {
  return new MalformedError('question for properties', detail)
}
