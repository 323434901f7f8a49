import type { HttpContext } from '@adonisjs/core/http'
import type { Endpoint } from './endpoint.js'
import { named, type Schema } from './schema.js'
import { endpoints } from './v1/index.js'

/** The API as a page to read: the same declarations as openapi.json, without a script. */
export function docsPage({ view, response }: HttpContext) {
  response.header('cache-control', 'no-cache')
  const resources = [...new Set(endpoints.map(({ resource }) => resource))]
  return view.render('api/docs', {
    resources: resources.map((resource) => ({ name: resource, anchor: anchor(resource), endpoints: endpoints.filter((one) => one.resource === resource).map(shown) })),
    schemas: [...named].map(([title, schema]) => ({ title, anchor: anchor(title), fields: fieldsOf(schema) })),
  })
}

interface Field {
  readonly name: string
  readonly kind: string
  readonly required: boolean
  readonly about: string
}

function shown(endpoint: Endpoint) {
  const { method, path, summary, description, ability, reads, answer, status } = endpoint
  return {
    method,
    path: `/api/v1${path}`,
    anchor: anchor(`${method} ${path}`),
    summary,
    description: description ?? '',
    ability,
    query: endpoint.query ? fieldsOf(endpoint.query.toJSONSchema()) : [],
    body: endpoint.body ? fieldsOf(endpoint.body.toJSONSchema()) : [],
    reads: reads ?? null,
    status: status ?? 200,
    answer: typeof answer === 'string' ? answer : kindOf(answer),
  }
}

function fieldsOf(schema: Schema, prefix = ''): Field[] {
  const required = (schema.required ?? []) as string[]
  return Object.entries((schema.properties ?? {}) as Record<string, Schema>).flatMap(([name, shape]) => {
    const inner = (shape.items as Schema | undefined)?.properties ? (shape.items as Schema) : shape
    const nested = inner.properties ? fieldsOf(inner, `${prefix}${name}${inner === shape ? '' : '[]'}.`) : []
    return [{ name: `${prefix}${name}`, kind: kindOf(shape), required: required.includes(name), about: String(shape.description ?? '') }, ...nested]
  })
}

/** A shape in a word or two. */
function kindOf(schema: Schema): string {
  if (typeof schema.$ref === 'string') return schema.$ref.split('/').at(-1)!
  if (schema.anyOf) return (schema.anyOf as Schema[]).map(kindOf).join(' or ')
  if (schema.enum) return (schema.enum as unknown[]).join(', ')
  if (schema.type === 'array') return `list of ${kindOf((schema.items ?? {}) as Schema)}`
  const data = (schema.properties as Record<string, Schema> | undefined)?.data
  if (data) return kindOf(data)
  if (schema.format === 'date-time') return 'time'
  return Array.isArray(schema.type) ? schema.type.join(' or ') : String(schema.type ?? 'any')
}

const anchor = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
