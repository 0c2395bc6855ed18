import * as z from 'zod'
import { apiRoot, isOperationName, operations, pathFields } from './contract.ts'
import type { Operation, OperationName } from './contract.ts'
import { failureSchema } from './failure.ts'
import { schemas } from './schemas.ts'

type Json = Readonly<Record<string, unknown>>
type ObjectSchema = Json & {
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: readonly string[]
}

/** The contract as an OpenAPI 3.1 document, for programs in other languages. */
export function openApiDocument(version: string): Json {
  const names = Object.keys(operations).filter(isOperationName)
  const byPath = Map.groupBy(names, (name) => operations[name].path)
  return {
    openapi: '3.1.0',
    info: { title: 'Fullmesh local API', version },
    servers: [{ url: apiRoot, description: 'on the unix socket of the node' }],
    paths: Object.fromEntries(
      [...byPath].map(([path, sharing]) => [
        path.replaceAll(/:(\w+)/g, '{$1}'),
        Object.fromEntries(
          sharing.map((name) => [operations[name].method.toLowerCase(), describe(name)]),
        ),
      ]),
    ),
    components: { schemas: { Failure: toJson(failureSchema, 'output') } },
  }
}

function describe(name: OperationName): Json {
  const operation: Operation = operations[name]
  const request: ObjectSchema = toJson(schemas[name].request, 'input')
  const fields = Object.entries(request.properties ?? {})
  const inPath = new Set(pathFields(operation.path))
  const hasBody = operation.method === 'POST' || operation.method === 'PATCH'
  const parameters = fields
    .filter(([field]) => inPath.has(field) || !hasBody)
    .map(([field, schema]) => ({
      name: field,
      in: inPath.has(field) ? 'path' : 'query',
      required: inPath.has(field) || (request.required?.includes(field) ?? false),
      schema,
    }))
  const inBody = fields.filter(([field]) => hasBody && !inPath.has(field))
  return {
    operationId: name,
    summary: operation.about,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(inBody.length > 0 ? { requestBody: body(request, inBody) } : {}),
    ...(operation.takes === 'bytes' ? { requestBody: fileBody } : {}),
    responses: {
      200: { description: 'Done.', content: content(name, operation) },
      default: {
        description: 'Not done, and why.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
      },
    },
  }
}

function body(request: ObjectSchema, fields: readonly [string, Json][]): Json {
  const names = fields.map(([field]) => field)
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields),
    required: names.filter((field) => request.required?.includes(field)),
    additionalProperties: false,
  }
  return { required: true, content: { 'application/json': { schema } } }
}

function content(name: OperationName, operation: Operation): Json {
  if (operation.reply === 'bytes') return { 'application/octet-stream': {} }
  return { [mediaTypes[operation.reply]]: { schema: toJson(schemas[name].reply, 'output') } }
}

function toJson(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io })
  return rest
}

const fileBody = { required: true, content: { 'application/octet-stream': {} } }

const mediaTypes = {
  json: 'application/json',
  lines: 'application/x-ndjson',
  events: 'text/event-stream',
} as const
