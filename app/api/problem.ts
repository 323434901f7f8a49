import { errors as appErrors } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import i18nManager from '@adonisjs/i18n/services/main'
import type { I18n } from '@adonisjs/i18n'
import { errors as vineErrors } from '@vinejs/vine'
import { DomainError } from '#support/domain_error'
import { StaleReply } from '#tickets/staleness'

/** One field of a request that cannot be taken. `field` is its path (`customer.email`). */
export interface FieldFault {
  readonly field: string
  readonly rule: string
  readonly message: string
}

/** What the API answers when it does not do what was asked (RFC 9457). */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly errors?: readonly FieldFault[]
  readonly [extension: string]: unknown
}

/** Refuses a call. `word` is stable and for programs: it ends the problem's `type`. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly word: string,
    readonly values: Record<string, string | number> = {},
    readonly extra: { readonly errors?: readonly FieldFault[]; readonly headers?: Readonly<Record<string, string>> } = {}
  ) {
    super(word)
  }
}

/** A field that is wrong in a way that only the handler can see. */
export function wrongField(field: string, rule: string, message: string): Refusal {
  return new Refusal(422, 'invalid', {}, { errors: [{ field, rule, message }] })
}

export const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Unprocessable content',
  429: 'Too many requests',
  500: 'Internal server error',
  503: 'Service unavailable',
  507: 'Insufficient storage',
}

/**
 * Answers anything that was thrown under /api as problem+json: never a page, never a stack
 * trace. The exception handler calls it; reporting to the log stays there.
 */
export function respondProblem(error: unknown, ctx: HttpContext) {
  const { body, headers } = describe(error, i18nOf(ctx))
  for (const [name, value] of Object.entries(headers)) ctx.response.header(name, value)
  const instance = ctx.request.id()
  ctx.response.status(body.status).header('content-type', 'application/problem+json; charset=utf-8')
  // The framework sets its own type for objects; bytes keep ours.
  ctx.response.send(JSON.stringify(instance ? { ...body, instance: `urn:opora:request:${instance}` } : body))
}

/** The language a caller reads: what the request asks for, else the agent's own. */
export function i18nOf(ctx: HttpContext): I18n {
  const asked = ctx.request.header('accept-language') ? ctx.request.language([...i18nManager.supportedLocales()]) : null
  return i18nManager.locale(asked ?? ctx.caller?.agent.language ?? i18nManager.defaultLocale)
}

function describe(error: unknown, i18n: I18n): { body: ProblemBody; headers: Readonly<Record<string, string>> } {
  if (error instanceof Refusal) {
    const body = problem(error.status, error.word, i18n.t(`api.problems.${error.word}`, error.values))
    return { body: error.extra.errors ? { ...body, errors: error.extra.errors } : body, headers: error.extra.headers ?? {} }
  }
  if (error instanceof vineErrors.E_VALIDATION_ERROR) {
    const errors = error.messages.map(({ field, rule, message }: FieldFault) => ({ field, rule, message }))
    return { body: { ...problem(422, 'invalid', i18n.t('api.problems.invalid')), errors }, headers: {} }
  }
  if (error instanceof StaleReply) {
    const body = problem(error.status, error.key, i18n.t(error.key, error.values))
    return { body: { ...body, message_ids: error.messageIds.map(String), note_ids: error.noteIds.map(String) }, headers: {} }
  }
  if (error instanceof DomainError) return { body: problem(error.status, error.key, i18n.t(error.key, error.values)), headers: {} }
  return { body: foreign(error, i18n), headers: {} }
}

/** Errors of the framework and of the machine: only their status is told. */
function foreign(error: unknown, i18n: I18n): ProblemBody {
  const { status, code } = error as { status?: number; code?: string }
  if (error instanceof appErrors.E_ROUTE_NOT_FOUND || code === 'E_ROW_NOT_FOUND') return problem(404, 'not_found', i18n.t('api.problems.not_found'))
  if (code === 'ENOSPC' || code === 'EDQUOT') return problem(507, 'disk_full', i18n.t('api.problems.disk_full'))
  const known: Record<number, string> = { 400: 'bad_request', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 413: 'too_large', 415: 'media_type', 422: 'invalid', 429: 'too_many' }
  const shown = status && known[status] ? status : 500
  const word = known[shown] ?? 'internal'
  return problem(shown, word, i18n.t(`api.problems.${word}`))
}

function problem(status: number, word: string, detail: string): ProblemBody {
  return { type: `urn:opora:problem:${word}`, title: TITLES[status] ?? 'Error', status, detail }
}
