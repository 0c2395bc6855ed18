import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { MalformedError } from '../../../../src/base/errors.ts'
import { readXml } from '../../../../src/doors/drive/xml/read-xml.ts'
import { writeXml } from '../../../../src/doors/drive/xml/write-xml.ts'
import { textOf } from '../../../../src/doors/drive/xml/xml.ts'
import type { XmlElement } from '../../../../src/doors/drive/xml/xml.ts'

suite('XML from a client', () => {
  test('means the same under any prefix', () => {
    const texts = [
      '<D:a xmlns:D="DAV:"><D:b/></D:a>',
      '<a xmlns="DAV:"><b/></a>',
      '<x:a xmlns:x="DAV:"><b xmlns="DAV:"/></x:a>',
    ]
    const [first, ...others] = texts.map(readXml)
    for (const other of others) assert.deepEqual(other, first)
  })

  test('brings no document type and no entities', () => {
    const wrong = [
      '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
      '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
      '<!DOCTYPE lol [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><lol>&b;</lol>',
      '<a>&e;</a>',
    ]
    for (const text of wrong) assert.throws(() => readXml(text), MalformedError, text)
  })

  test('is refused when it is not well-formed', () => {
    const wrong = [
      '',
      'text',
      '<a>',
      '<a></b>',
      '<a/><b/>',
      '<x:a/>',
      '<a xmlns:x=""/>',
      '<a>\u0001</a>',
      '<a>\ud800</a>',
      '<a',
      '<a b="\u0000"/>',
    ]
    for (const text of wrong) assert.throws(() => readXml(text), MalformedError, text)
  })

  test('is not nested without end', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
    assert.ok(readXml(nested(64)))
    assert.throws(() => readXml(nested(65)), MalformedError)
    assert.throws(() => readXml(nested(20_000)), MalformedError)
  })

  test('keeps text, references and the language', () => {
    const [child] = readXml(
      '<a xml:lang="de"><b>1 &lt; 2 &#x1F642;<![CDATA[<c>]]></b></a>',
    ).children
    assert.ok(child !== undefined && typeof child !== 'string')
    assert.equal(textOf(child), '1 < 2 🙂<c>')
  })
})

suite('XML that is written', () => {
  test('means what was read, whatever it is', () => {
    const name = fc.constantFrom('a', 'b', 'name-1', 'é')
    const namespace = fc.constantFrom('', 'DAV:', 'urn:x', 'http://e/?a=1&b="2"')
    const text = fc.string({ minLength: 1 }).filter((one) => !/[\p{Cc}\ufffe\uffff]/u.test(one))
    const attribute = fc.record(
      { namespace: fc.constantFrom('', 'urn:y'), name, value: text },
      { noNullPrototype: true },
    )
    const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
      element: fc.record(
        {
          namespace,
          name,
          attributes: fc.uniqueArray(attribute, {
            maxLength: 2,
            selector: (one) => `${one.namespace} ${one.name}`,
          }),
          children: fc.oneof(
            { maxDepth: 4 },
            fc.constant([]),
            fc.tuple(text),
            fc.array(tie('element'), { maxLength: 3 }),
          ),
        },
        { noNullPrototype: true },
      ),
    }))
    fc.assert(
      fc.property(element, (made) => {
        assert.deepEqual(readXml(writeXml(made)), made)
        const inside = readXml(`<D:p xmlns:D="DAV:">${writeXml(made)}</D:p>`)
        assert.deepEqual(inside.children, [made])
      }),
    )
  })
})
