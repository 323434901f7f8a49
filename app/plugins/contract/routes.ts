import type { HttpContext } from '@adonisjs/core/http'
import type { Desk } from './desk.js'
import type { Fields } from './fields.js'

/* Routes of a plugin's own. */

type Handle<S extends Fields> = (ctx: HttpContext, desk: Desk<S>) => unknown

export interface Routes<S extends Fields> {
  get(path: string, handle: Handle<S>): void
  post(path: string, handle: Handle<S>): void
}

export interface Guard {
  /** Counted by address, unless `by` names something else (a visitor's token). Default 60 in 60 s. */
  readonly limit?: { readonly calls: number; readonly seconds: number; by?(ctx: HttpContext): string | null }
  readonly maxBytes?: number
  /** Origins that may call it from a browser and frame it. Default none. */
  origins?(ctx: HttpContext): Promise<readonly string[]>
}

/** Server-sent events by poke and cursor: nothing is lost between two connections, and any process may hold one. */
export interface Stream<S extends Fields> {
  /** Who listens, and to what; null answers 401. */
  topic(ctx: HttpContext, desk: Desk<S>): Promise<string | null>
  /** Rows after the cursor, oldest first; asked at connect and at each poke. */
  since(topic: string, cursor: string | null, desk: Desk<S>): Promise<readonly { readonly id: string; readonly data: object }[]>
}

export interface PublicRoutes<S extends Fields> {
  get(path: string, handle: Handle<S>, guard?: Guard): void
  post(path: string, handle: Handle<S>, guard?: Guard): void
  stream(path: string, stream: Stream<S>, guard?: Guard): void
}

