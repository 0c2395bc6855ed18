import { MalformedError } from '../../../base/errors.ts'
import type { DriveDesk, DriveItem } from '../drive.ts'
import { setExecutable } from '../files/set-executable.ts'
import { hrefOf } from '../http/address.ts'
import { xmlType } from '../http/answer.ts'
import type { Exchange, Reply } from '../http/exchange.ts'
import { checkConditions, demandUnlocked } from '../locks/conditions.ts'
import type { PropertyChange, PropertyName } from '../properties/dead-properties.ts'
import { isExecutability, isLive } from '../properties/live-properties.ts'
import { propstat, response } from '../properties/property-response.ts'
import { emptyTag, writeXml, xmlStart } from '../xml/write-xml.ts'
import { davChild, elementsOf, isDav, textOf } from '../xml/xml.ts'
import type { XmlAttribute, XmlElement } from '../xml/xml.ts'
import { demandItem, openForChange } from './in-share.ts'

/** Sets and removes properties, all of them or none. */
export async function proppatch(desk: DriveDesk, exchange: Exchange): Promise<Reply> {
  const changes = parseChanges(await exchange.xml())
  await using place = await openForChange(desk, exchange, exchange.address)
  const { share, path } = place
  const shown = await checkConditions(desk, exchange, place.item)
  const item = demandItem(place)
  demandUnlocked(desk, shown, [{ share, path, isDeep: false, changesParent: false }])
  const names = path === '' ? share.names : [...share.names, ...path.split('/')]
  const reply = (parts: readonly string[]): Reply => {
    const answer = response(hrefOf(names, item.kind), parts)
    const body = `${xmlStart}<D:multistatus xmlns:D="DAV:">${answer}</D:multistatus>`
    return { status: 207, headers: xmlType, body }
  }
  const refused = changes.filter((change) => isLive(change) && modeIn(change, item) === undefined)
  if (refused.length > 0) {
    const others = changes.filter((change) => !refused.includes(change))
    return reply([
      propstat(tags(refused), 403, '<D:cannot-modify-protected-property/>'),
      ...(others.length > 0 ? [propstat(tags(others), 424)] : []),
    ])
  }
  const executable = changes
    .map((change) => modeIn(change, item))
    .findLast((one) => one !== undefined)
  if (item.kind === 'file' && executable !== undefined) {
    await setExecutable(desk, share, item, executable, exchange.signal)
  }
  const dead = changes.filter((change) => !isLive(change))
  if (dead.length > 0) await desk.properties.change(share.id, path, dead)
  return reply([propstat(tags(changes), 200)])
}

/** Whether the change makes a shared file one that may be run; undefined if it says nothing about it. */
function modeIn(change: PropertyChange, item: DriveItem): boolean | undefined {
  if (!isExecutability(change) || change.what !== 'set') return undefined
  if (item.kind !== 'file' || !item.content) return undefined
  const text = change.text.trim().toUpperCase()
  return text === 'T' ? true : text === 'F' ? false : undefined
}

/** In their order: a later change of a property wins. Throws MalformedError. */
function parseChanges(body: XmlElement | undefined): PropertyChange[] {
  if (!body || !isDav(body, 'propertyupdate')) throw malformed('it is no propertyupdate')
  const changes = elementsOf(body).flatMap((step): PropertyChange[] => {
    const isSet = isDav(step, 'set')
    if (!isSet && !isDav(step, 'remove')) return []
    const inside = davChild(step, 'prop')
    if (!inside) throw malformed('a step names no property')
    return elementsOf(inside).map((element): PropertyChange => {
      const { namespace, name } = element
      if (!isSet) return { what: 'remove', namespace, name }
      const language = languageOf(element) ?? languageOf(inside)
      const xml = writeXml(withLanguage(element, language))
      return { what: 'set', namespace, name, xml, text: textOf(element) }
    })
  })
  if (changes.length === 0) throw malformed('it changes nothing')
  return changes
}

/** The language around a property is part of it. Source: RFC 4918, section 4.3. */
function withLanguage(element: XmlElement, language: XmlAttribute | undefined): XmlElement {
  const others = element.attributes.filter((one) => one !== languageOf(element))
  return { ...element, attributes: language ? [...others, language] : others }
}

function languageOf({ attributes }: XmlElement): XmlAttribute | undefined {
  return attributes.find(({ namespace, name }) => name === 'lang' && namespace !== '')
}

function tags(names: readonly PropertyName[]): string {
  return names.map(({ namespace, name }) => emptyTag(namespace, name)).join('')
}

function malformed(detail: string): MalformedError {
  return new MalformedError('change of properties', detail)
}
