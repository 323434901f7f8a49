import type { HttpContext } from '@adonisjs/core/http'
import type { I18n } from '@adonisjs/i18n'
import type { VineValidator } from '@vinejs/vine'
import type { Infer, SchemaTypes } from '@vinejs/vine/types'
import type { Cause } from '#support/actor'
import type { Access } from '#tickets/views'
import type { Ability, Caller } from './caller.js'
import type { Schema } from './schema.js'

type Validator = VineValidator<SchemaTypes, undefined>
type Valid<V> = V extends VineValidator<infer S, any> ? Infer<S> : Record<string, never>

/** What a handler gets: the request, checked, and whose it is. */
export interface Call<Q = Record<string, never>, B = Record<string, never>> extends Caller {
  readonly ctx: HttpContext
  /** The parts of the path; all of them are numbers. */
  readonly params: Readonly<Record<string, number>>
  readonly query: Q
  readonly body: B
  readonly cause: Cause
  readonly i18n: I18n
  /** The inboxes whose tickets the agent may see. */
  readonly access: Access
  /**
   * For endpoints that read the request themselves: does the work once for an Idempotency-Key.
   *
   * @param content - says what the request carries (its sha256)
   */
  once(content: string, work: () => Promise<object>): Promise<object>
}

/**
 * One address of the API, declared once: the route, the checks and the OpenAPI document are made
 * from it, so that the description cannot drift from what happens.
 */
export interface Endpoint<Q extends Validator | undefined = any, B extends Validator | undefined = any> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Under /api/v1, parts in braces: `/tickets/{number}`. */
  readonly path: string
  readonly resource: string
  readonly summary: string
  readonly description?: string
  readonly ability: Ability
  readonly query?: Q
  readonly body?: B
  /** A body that the handler reads itself, by its media type. */
  readonly reads?: string
  /** The shape of the answer; a media type when it is bytes. */
  readonly answer: Schema | string
  /** 200 unless said. */
  readonly status?: 200 | 201 | 202
  /** Refusals of its own, beside those that every call may get. */
  readonly refusals?: readonly number[]
  readonly exists?: () => boolean
  handle(call: Call<Valid<Q>, Valid<B>>): Promise<object | void>
}

/** Lets TypeScript infer query and body from their validators. */
export function endpoint<Q extends Validator | undefined = undefined, B extends Validator | undefined = undefined>(declaration: Endpoint<Q, B>): Endpoint {
  return declaration as unknown as Endpoint
}
