import { apiUrl, type ViberInbox } from './config.js'

/** An answer of the API: HTTP 200 whatever happened, the truth is in `status` (contracts/channels/05). */
export interface Answer {
  readonly status: number
  readonly status_message?: string
  readonly message_token?: string
  readonly [name: string]: unknown
}

/** The server itself was in trouble: no answer of the API. */
export class ViberTrouble extends Error {
  constructor(readonly http: number) {
    super(`HTTP ${http}`)
  }
}

/**
 * One call. The token travels in a header to the configured host, never in an address.
 *
 * @throws ViberTrouble when the answer is none of the API; whatever `fetch` throws when there was none
 */
export async function call(inbox: ViberInbox, path: string, body: object = {}): Promise<Answer> {
  const response = await inbox.fetch(`${apiUrl(inbox)}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-viber-auth-token': inbox.config.authToken },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new ViberTrouble(response.status)
  try {
    const answer = parse(text) as Answer
    if (typeof answer?.status === 'number') return answer
  } catch {
    // A page of some proxy: told below.
  }
  throw new ViberTrouble(response.status)
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown

/**
 * Viber's JSON: message tokens are 64-bit numbers, which JavaScript would round until different messages had one id.
 * Whole numbers beyond what is exact, and every token, stay as they were written.
 */
export function parse(text: string): unknown {
  const exact: Reviver = (key, value, { source }) => (typeof value === 'number' && source && (key === 'message_token' || !Number.isSafeInteger(value)) && /^\d+$/.test(source) ? source : value)
  return JSON.parse(text, exact as Parameters<typeof JSON.parse>[1])
}
