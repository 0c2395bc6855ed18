/** An element as its meaning goes: names with their namespaces, whatever prefixes stood there. */
export interface XmlElement {
  /** Empty for none. */
  readonly namespace: string
  readonly name: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly (XmlElement | string)[]
}

export interface XmlAttribute {
  readonly namespace: string
  readonly name: string
  readonly value: string
}

/** WebDAV's own names. Source: RFC 4918, section 14. */
export const davNamespace = 'DAV:'

export function isDav(element: XmlElement, name: string): boolean {
  return element.namespace === davNamespace && element.name === name
}

export function elementsOf({ children }: XmlElement): XmlElement[] {
  return children.filter((child) => typeof child !== 'string')
}

/** The first child of WebDAV's own with this name. */
export function davChild(element: XmlElement, name: string): XmlElement | undefined {
  return elementsOf(element).find((child) => isDav(child, name))
}

/** All text in it, also in elements inside. */
export function textOf({ children }: XmlElement): string {
  return children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('')
}
