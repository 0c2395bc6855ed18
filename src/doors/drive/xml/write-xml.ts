import { davNamespace } from './xml.ts'
import type { XmlAttribute, XmlElement } from './xml.ts'

/**
 * The element as text that means the same wherever it is put: each namespace is declared where it begins.
 * `around` is the default namespace of the place.
 */
export function writeXml(element: XmlElement, around = ''): string {
  const { namespace, name, attributes, children } = element
  const declared = namespace === around ? '' : ` xmlns="${attributeText(namespace)}"`
  const start = `<${name}${declared}${attributes.map(attribute).join('')}`
  if (children.length === 0) return `${start}/>`
  const inside = children.map((child) =>
    typeof child === 'string' ? xmlText(child) : writeXml(child, namespace),
  )
  return `${start}>${inside.join('')}</${name}>`
}

/** An empty element of any namespace, which stands where WebDAV's own is declared as `D`. */
export function emptyTag(namespace: string, name: string): string {
  return namespace === davNamespace
    ? `<D:${name}/>`
    : `<${name} xmlns="${attributeText(namespace)}"/>`
}

/** Text between tags. */
export function xmlText(text: string): string {
  return text.replaceAll(/[&<>\r]/g, (character) => references[character] ?? '')
}

/** The start of every document that is sent. */
export const xmlStart = '<?xml version="1.0" encoding="utf-8"?>\n'

function attribute({ namespace, name, value }: XmlAttribute, at: number): string {
  const text = `="${attributeText(value)}"`
  if (namespace === '') return ` ${name}${text}`
  if (namespace === xmlNamespace) return ` xml:${name}${text}`
  return ` xmlns:a${at}="${attributeText(namespace)}" a${at}:${name}${text}`
}

function attributeText(text: string): string {
  return text.replaceAll(/[&<>"\t\n\r]/g, (character) => references[character] ?? '')
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** The one prefix that needs no declaration. Source: Namespaces in XML 1.0, section 3. */
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
