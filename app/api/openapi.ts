import { appUrl } from '#config/app'
import type { Endpoint } from './endpoint.js'
import { TITLES } from './problem.js'
import { name, named, object, text, listOf, integer, type Schema } from './schema.js'

const fault = object({ field: text('its path in the request'), rule: text(), message: text() })
const problem = name('Problem', {
  type: 'object',
  description: 'RFC 9457',
  properties: { type: text(), title: text(), status: integer, detail: text(), instance: text(), errors: listOf(fault) },
  required: ['type', 'title', 'status', 'detail'],
})

/** What every call may get. */
const ALWAYS = [401, 403, 422, 429, 500]

/** The OpenAPI 3.1 document, made from the same declarations as the routes and checks. */
export function openapi(endpoints: readonly Endpoint[]): Schema {
  const paths: Record<string, Record<string, Schema>> = {}
  for (const endpoint of endpoints) {
    paths[`/api/v1${endpoint.path}`] ??= {}
    paths[`/api/v1${endpoint.path}`]![endpoint.method.toLowerCase()] = operation(endpoint)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Opora',
      version: '1',
      description:
        'Everything an agent can do in the pages can be done here. Times are ISO 8601 in UTC with milliseconds; ids are strings; a ticket’s number is its id; unknown fields of a request are refused. Every POST takes an `Idempotency-Key`: the same key with the same body within 24 hours returns the first answer and does nothing again.',
    },
    servers: [{ url: appUrl }],
    security: [{ token: [] }],
    tags: [...new Set(endpoints.map(({ resource }) => resource))].map((resource) => ({ name: resource })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: "Made in an agent's profile, or by `node ace token:create`." } },
      schemas: Object.fromEntries(named),
    },
  }
}

function operation(endpoint: Endpoint): Schema {
  const { method, path, resource, summary, description, ability, query, answer, status = 200, refusals = [] } = endpoint
  const body = endpoint.body?.toJSONSchema()
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[{}]/g, '').replace(/[/_](\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [resource],
    summary,
    ...(description && { description }),
    'x-ability': ability,
    parameters: [...pathParameters(path), ...queryParameters(query?.toJSONSchema() as Schema | undefined), ...headers(endpoint)],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    ...(endpoint.reads && { requestBody: { required: true, content: { [endpoint.reads]: { schema: uploadShape(endpoint.reads) } } } }),
    responses: {
      [status]: { description: 'Done', content: typeof answer === 'string' ? { [answer]: { schema: { type: 'string', format: 'binary' } } } : { 'application/json': { schema: answer } } },
      ...Object.fromEntries(
        [...new Set([...ALWAYS, ...refusals, ...(method === 'POST' ? [409] : []), ...(body ? [415] : [])])]
          .sort()
          .map((code) => [code, { description: TITLES[code], content: { 'application/problem+json': { schema: problem } } }])
      ),
    },
  }
}

function pathParameters(path: string): Schema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, part]) => ({ name: part, in: 'path', required: true, schema: { type: 'string', pattern: '^\\d+$' } }))
}

function queryParameters(schema: Schema | undefined): Schema[] {
  const required = (schema?.required ?? []) as string[]
  return Object.entries((schema?.properties ?? {}) as Record<string, Schema>).map(([part, shape]) => ({ name: part, in: 'query', required: required.includes(part), schema: shape }))
}

function headers({ method, path, ability }: Endpoint): Schema[] {
  const changesTicket = ability === 'write' && path.startsWith('/tickets/{number}')
  return [
    ...(method === 'POST' ? [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 200 } }] : []),
    ...(changesTicket ? [{ name: 'If-Match', in: 'header', description: 'the version that was read', schema: { type: 'string' } }] : []),
  ]
}

const uploadShape = (media: string): Schema => (media === 'multipart/form-data' ? { type: 'object', properties: { file: { type: 'string', format: 'binary' } }, required: ['file'] } : { type: 'string', format: 'binary' })

