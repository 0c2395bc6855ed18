import sax from 'sax'
import type { QualifiedTag, SAXParser } from 'sax'
import { MalformedError } from '../../../base/errors.ts'
import type { XmlElement } from './xml.ts'

/**
 * Reads a whole document. No document type and no entities but the five of XML itself, so that a text never
 * means more than it says. Throws MalformedError.
 */
export function readXml(text: string): XmlElement {
  const reading = new Reading()
  const parser = Object.assign(sax.parser(true, { xmlns: true }), {
    onerror: (error: Error) => {
      throw malformed(firstLine(error.message))
    },
    ondoctype: () => {
      throw malformed('it has a document type')
    },
    onopentag: (tag: object) => reading.open(qualified(tag)),
    onclosetag: () => reading.close(),
    ontext: (part: string) => reading.text(part),
    oncdata: (part: string) => reading.text(part),
  })
  feed(parser, text)
  return reading.document()
}

interface OpenElement extends XmlElement {
  readonly children: (XmlElement | string)[]
}

class Reading {
  readonly #path: OpenElement[] = []
  #root: XmlElement | undefined

  open({ uri, local, attributes }: QualifiedTag): void {
    const all = Object.values(attributes)
    // The default namespace can be taken back, that of a prefix can't.
    if (all.some(({ name, value }) => name.startsWith('xmlns:') && value === '')) {
      throw malformed('a prefix stands for no namespace')
    }
    const kept = all.filter(({ name }) => name !== 'xmlns' && !name.startsWith('xmlns:'))
    const element: OpenElement = {
      namespace: uri,
      name: local,
      attributes: kept.map((one) => ({ namespace: one.uri, name: one.local, value: one.value })),
      children: [],
    }
    const parent = this.#path.at(-1)
    if (!parent && this.#root) throw malformed('it has two outermost elements')
    if (this.#path.length >= depthMax) throw malformed('its elements are nested too deeply')
    for (const { value } of kept) demandCharacters(value)
    if (parent) parent.children.push(element)
    else this.#root = element
    this.#path.push(element)
  }

  close(): void {
    this.#path.pop()
  }

  text(text: string): void {
    demandCharacters(text)
    this.#path.at(-1)?.children.push(text)
  }

  document(): XmlElement {
    if (this.#root) return this.#root
    throw malformed('it has no element')
  }
}

function feed(parser: SAXParser, text: string): void {
  try {
    parser.write(text).close()
  } catch (error) {
    if (error instanceof MalformedError) throw error
    throw malformed('it is not well-formed', error)
  }
}

/** With namespaces asked for, each tag is one with them. */
function qualified(tag: object): QualifiedTag {
  if ('uri' in tag && 'local' in tag) return tag as QualifiedTag
  throw malformed('it has a tag without a name')
}

/** What XML 1.0 can't hold would make each later answer unreadable. */
function demandCharacters(text: string): void {
  if (notOfXml.test(text) || !text.isWellFormed()) {
    throw malformed('it holds characters that XML does not allow')
  }
}

function malformed(detail: string, cause?: unknown): MalformedError {
  return new MalformedError('XML document', detail, cause)
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}

/** Source: XML 1.0, production 2. */
const notOfXml = /(?![\t\n\r])[\p{Cc}\ufffe\uffff]/u

/** Far more than any client sends; each level costs a little of the stack when it is written again. */
const depthMax = 64
