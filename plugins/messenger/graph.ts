import { createHmac } from 'node:crypto'
import { GRAPH, type MessengerInbox } from './config.js'

/** Why the Graph API did not do it (developers.facebook.com: Graph API, error codes). */
export interface GraphFault {
  readonly status: number
  readonly code: number
  readonly subcode: number
  /** What it said, with its codes and trace id; shown behind the words. */
  readonly detail: string
  /** Seconds it asks us to wait; null when it does not say. */
  readonly retryAfter: number | null
}

export type Answer = { readonly ok: true; readonly body: Record<string, any> } | { readonly ok: false; readonly fault: GraphFault }

interface Call {
  readonly query?: Readonly<Record<string, string>>
  readonly json?: object
  readonly form?: FormData
}

/** One call may take so long; after that nobody can tell whether it was done. */
const CALL_MS = 15_000
/** One that brings a file, of 25 MB at the most: some four megabits a second. */
const FILE_MS = 60_000

/**
 * Calls the Graph API. The token stands in a header and never in an address, which proxies write down; the proof ties it
 * to the app (App Secret Proof). No redirect is followed: both would go along.
 *
 * @throws what `fetch` throws; `nothingLeft` when not a byte has left
 */
export async function graph(inbox: MessengerInbox, method: 'GET' | 'POST', path: string, { query = {}, json, form }: Call = {}): Promise<Answer> {
  const { page_access_token: token, app_secret: secret, graph_version: version } = inbox.config
  const url = new URL(`${inbox.environment('META_GRAPH_URL', GRAPH).replace(/\/+$/, '')}/${encodeURIComponent(version.trim())}/${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  url.searchParams.set('appsecret_proof', createHmac('sha256', secret).update(token).digest('hex'))
  const response = await inbox.fetch(url, {
    method,
    redirect: 'error',
    signal: AbortSignal.timeout(form ? FILE_MS : CALL_MS),
    headers: { authorization: `Bearer ${token}`, ...(json ? { 'content-type': 'application/json' } : {}) },
    body: json ? JSON.stringify(json) : form,
  })
  return read(response.status, await response.text(), response.headers.get('retry-after'))
}

function read(status: number, text: string, retryAfter: string | null): Answer {
  const body = parsed(text)
  if (status < 400 && body && !body.error) return { ok: true, body }
  const { message = text.slice(0, 200), code = 0, error_subcode: subcode = 0, fbtrace_id: trace } = body?.error ?? {}
  const codes = [code && `#${code}${subcode ? `/${subcode}` : ''}`, trace].filter(Boolean).join(' · ')
  const seconds = Number(retryAfter)
  return {
    ok: false,
    fault: { status, code: Number(code), subcode: Number(subcode), detail: [String(message).slice(0, 300), codes || `HTTP ${status}`].join(' · '), retryAfter: retryAfter && Number.isFinite(seconds) ? seconds : null },
  }
}

function parsed(text: string): Record<string, any> | null {
  try {
    const body = JSON.parse(text)
    return body && typeof body === 'object' ? body : null
  } catch {
    return null
  }
}
