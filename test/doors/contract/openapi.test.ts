import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as z from 'zod'
import { operations } from '../../../src/doors/contract/contract.ts'
import { openApiDocument } from '../../../src/doors/contract/openapi.ts'

/** As much of OpenAPI 3.1 as a reader needs to make a client; anything else in it is a mistake here. */
const schemaSchema = z.record(z.string(), z.unknown())
const contentSchema = z.record(z.string(), z.strictObject({ schema: schemaSchema.optional() }))
const operationSchema = z.strictObject({
  operationId: z.string(),
  summary: z.string().min(10),
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        in: z.enum(['path', 'query']),
        required: z.boolean(),
        schema: schemaSchema,
      }),
    )
    .optional(),
  requestBody: z.strictObject({ required: z.boolean(), content: contentSchema }).optional(),
  responses: z.record(
    z.string().regex(/^(?:[1-5]\d\d|default)$/),
    z.strictObject({ description: z.string(), content: contentSchema }),
  ),
})
const documentSchema = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({ title: z.string(), version: z.string() }),
  servers: z.array(z.strictObject({ url: z.string(), description: z.string() })),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operationSchema),
  ),
  components: z.strictObject({ schemas: z.record(z.string(), schemaSchema) }),
})

suite('the OpenAPI document', () => {
  const document = documentSchema.parse(openApiDocument('1.2.3'))
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, ...operation })),
  )

  test('describes every operation once', () => {
    const names = described.map(({ operationId }) => operationId)
    assert.deepEqual(names.toSorted(), Object.keys(operations).toSorted())
  })

  test('has a parameter for each name in a path, and no other in a path', () => {
    for (const { path, parameters = [], operationId } of described) {
      const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1])
      const declared = parameters.filter((one) => one.in === 'path' && one.required)
      assert.deepEqual(
        declared.map(({ name }) => name),
        inPath,
        operationId,
      )
    }
  })

  test('refers only to schemas that it has', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)
    const known = Object.keys(document.components.schemas)
    for (const [, reference = ''] of references) {
      assert.ok(known.includes(reference.replace('#/components/schemas/', '')), reference)
    }
  })

  test('puts passwords into bodies, never into addresses', () => {
    const inAddress = described.flatMap(({ parameters = [] }) => parameters.map(({ name }) => name))
    assert.deepEqual(
      inAddress.filter((name) => /password/i.test(name)),
      [],
    )
  })
})
