import { graphUrl, type WhatsappInbox } from '../config.js'

/** What Meta says of a call that it did not accept (contracts/channels/04, Errors). */
export interface GraphFault {
  readonly code: number
  readonly title: string
  /** `error_data.details`, else the message; verbatim, for "Details". */
  readonly details: string
  readonly trace?: string
}

export class GraphError extends Error {
  constructor(
    readonly status: number,
    readonly fault: GraphFault | null,
    /** Seconds that the server asks us to wait. */
    readonly retryAfter: number | null
  ) {
    super(fault ? `${fault.code}: ${fault.details}` : `HTTP ${status}`)
  }
}

/** The base of every call: the configured host, and the version of the API. No slash at the end. */
export function graphBase(inbox: WhatsappInbox): string {
  return `${graphUrl(inbox)}/${inbox.config['cloud.version']}`
}

/**
 * One call to the Graph API with the inbox's token.
 *
 * @throws GraphError for every answer that is no success; whatever `fetch` throws when there was none
 */
export async function graph<T>(inbox: WhatsappInbox, path: string, init: { method?: string; json?: unknown; form?: FormData } = {}): Promise<T> {
  const { method = 'GET', json, form } = init
  const response = await inbox.fetch(`${graphBase(inbox)}/${path}`, {
    method,
    headers: { 'authorization': `Bearer ${inbox.config['cloud.accessToken']}`, ...(json ? { 'content-type': 'application/json' } : {}) },
    body: json ? JSON.stringify(json) : form,
  })
  const text = await response.text()
  const body = parsed(text)
  if (response.ok && body && !body.error) return body as T
  throw new GraphError(response.status, faultIn(body?.error), Number(response.headers.get('retry-after')) || null)
}

/** Reads an error as the API and the statuses of a webhook write it; decided by code and details, never by the title. */
export function faultIn(error: unknown): GraphFault | null {
  if (!error || typeof error !== 'object') return null
  const { code, title, message, error_data: data, fbtrace_id: trace } = error as Record<string, any>
  if (typeof code !== 'number') return null
  return { code, title: String(title ?? message ?? ''), details: String(data?.details ?? message ?? title ?? code).slice(0, 500), ...(trace ? { trace: String(trace) } : {}) }
}

function parsed(text: string): Record<string, any> | null {
  try {
    const value = JSON.parse(text)
    return value && typeof value === 'object' ? value : null
  } catch {
    return null
  }
}
