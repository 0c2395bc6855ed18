import { statusLine } from '../http/answer.ts'
import { emptyTag, xmlText } from '../xml/write-xml.ts'
import type { PropertyName } from './dead-properties.ts'
import { liveProperties, liveXml } from './live-properties.ts'
import type { PropertyRequest, WantedProperty } from './property-request.ts'
import type { Subject } from './subject.ts'

/** What one subject answers, as `D:response`. */
export function propertyResponse(
  subject: Subject,
  request: PropertyRequest,
  nowMs: number,
): string {
  const found: string[] = []
  const missing: string[] = []
  switch (request.what) {
    case 'names':
      for (const property of liveProperties) {
        if (property.value(subject, nowMs) !== undefined) {
          found.push(emptyTag(property.namespace, property.name))
        }
      }
      for (const { namespace, name } of subject.dead) found.push(emptyTag(namespace, name))
      break
    case 'all':
      for (const property of liveProperties) {
        if (property.isUsual) found.push(liveXml(property, subject, nowMs) ?? '')
      }
      for (const { xml } of subject.dead) found.push(xml)
      addNamed(request.including)
      break
    case 'some':
      addNamed(request.names)
      break
  }
  return response(subject.href, [
    ...(found.length > 0 || missing.length === 0 ? [propstat(found.join(''), 200)] : []),
    ...(missing.length > 0 ? [propstat(missing.join(''), 404)] : []),
  ])

  function addNamed(names: readonly WantedProperty[]): void {
    for (const wanted of names) {
      const { live } = wanted
      const xml = live ? liveXml(live, subject, nowMs) : deadXml(subject, wanted)
      if (xml === undefined) missing.push(emptyTag(wanted.namespace, wanted.name))
      else found.push(xml)
    }
  }
}

/** One thing's part of a multi-status. */
export function response(href: string, propstats: readonly string[]): string {
  return `<D:response><D:href>${xmlText(href)}</D:href>${propstats.join('')}</D:response>`
}

export function propstat(properties: string, status: number, condition = ''): string {
  const error = condition === '' ? '' : `<D:error>${condition}</D:error>`
  return `<D:propstat><D:prop>${properties}</D:prop>${statusLine(status)}${error}</D:propstat>`
}

function deadXml({ dead }: Subject, wanted: PropertyName): string | undefined {
  return dead.find(({ namespace, name }) => {
    return namespace === wanted.namespace && name === wanted.name
  })?.xml
}
