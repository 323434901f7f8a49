/**
 * The domain says no. Thrown by a verb, answered in one place (web/exception_handler.ts) as a page,
 * an htmx alert or problem+json. `key` is a translation key, `values` its parameters.
 */
export class DomainError extends Error {
  constructor(
    readonly key: string,
    readonly status: number = 409,
    readonly values: Record<string, string | number> = {}
  ) {
    super(key)
  }
}
