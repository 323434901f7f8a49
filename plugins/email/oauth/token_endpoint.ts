import { providerOf, type EmailInbox } from '../config.js'

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string | null
  /** seconds */
  readonly expiresIn: number
}

export type Answer = { readonly ok: true; readonly tokens: Tokens } | { readonly ok: false; readonly final: boolean; readonly said: string }

/** Answers after which asking again is of no use (RFC 6749 §5.2): a person must act. */
const FINAL = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client', 'interaction_required', 'consent_required'])

/** Asks the provider's token address. Never throws: what went wrong is in the answer, without a secret in it. */
export async function askForTokens(inbox: EmailInbox, values: Record<string, string>): Promise<Answer> {
  const provider = providerOf(inbox)!
  const clientId = inbox.config['oauth.clientId'] ?? ''
  const clientSecret = inbox.config['oauth.clientSecret'] ?? ''
  const body = new URLSearchParams({ client_id: clientId, ...(clientSecret ? { client_secret: clientSecret } : {}), ...values })
  try {
    const response = await inbox.fetch(provider.token(inbox, tenantOf(inbox)), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept': 'application/json' },
      body: body.toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(20_000),
    })
    const text = (await response.text()).slice(0, 100_000)
    const said = parsed(text)
    if (response.ok && typeof said.access_token === 'string') {
      const expiresIn = Number(said.expires_in)
      return { ok: true, tokens: { accessToken: said.access_token, refreshToken: typeof said.refresh_token === 'string' ? said.refresh_token : null, expiresIn: expiresIn > 0 ? expiresIn : 3600 } }
    }
    const error = String(said.error ?? response.status)
    return { ok: false, final: response.status < 500 && FINAL.has(error), said: `${error} ${said.error_description ?? ''}`.trim().slice(0, 300) }
  } catch (error) {
    return { ok: false, final: false, said: (error as Error).message.slice(0, 300) }
  }
}

export const tenantOf = (inbox: EmailInbox) => inbox.config['oauth.tenant']?.trim() || 'common'

function parsed(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
