import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface Code {
  readonly redirectUri: string
  readonly challenge: string
  readonly scope: string
}

/**
 * A provider of tokens as Google and Microsoft are (RFC 6749, RFC 7636): a consent page that agrees at once, a
 * token address that checks everything it is sent, refresh tokens that rotate or stay, and its usual refusals.
 */
export class OAuthProvider {
  readonly client = { id: 'client-1', secret: 'nobody-knows' }
  /** Microsoft gives another refresh token each time and forgets the old one; Google gives none. */
  rotates = true
  /** seconds */
  expiresIn = 3600
  /** The person presses Cancel. */
  denies = false
  /** The next answers of the token address, by status; then it works again. */
  readonly fails: number[] = []
  /** ms before the token address answers */
  slow = 0
  readonly calls: { path: string; grant?: string }[] = []
  readonly accessTokens = new Set<string>()
  readonly #refreshTokens = new Set<string>()
  readonly #codes = new Map<string, Code>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    return this
  }

  get url() {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop() {
    return new Promise<void>((done) => this.#server.close(() => done()))
  }

  /** The person takes the permission back: no refresh token counts any more. */
  revoke() {
    this.#refreshTokens.clear()
    this.accessTokens.clear()
  }

  refreshes() {
    return this.calls.filter(({ grant }) => grant === 'refresh_token').length
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', this.url)
    if (request.method === 'GET') return this.#consent(url, response)
    const form = new URLSearchParams(await text(request))
    this.calls.push({ path: url.pathname, grant: form.get('grant_type') ?? undefined })
    if (this.slow > 0) await new Promise((done) => setTimeout(done, this.slow))
    const failure = this.fails.shift()
    if (failure) return json(response, failure, { error: 'temporarily_unavailable' })
    if (form.get('client_id') !== this.client.id || form.get('client_secret') !== this.client.secret) return json(response, 401, { error: 'invalid_client', error_description: 'Unknown client' })
    if (form.get('grant_type') === 'authorization_code') return this.#exchange(form, response)
    if (form.get('grant_type') === 'refresh_token') return this.#refresh(form, response)
    return json(response, 400, { error: 'unsupported_grant_type' })
  }

  #consent(url: URL, response: ServerResponse) {
    this.calls.push({ path: url.pathname })
    const asked = url.searchParams
    const back = new URL(asked.get('redirect_uri') ?? '')
    back.searchParams.set('state', asked.get('state') ?? '')
    if (this.denies) back.searchParams.set('error', 'access_denied')
    else {
      const code = randomUUID()
      this.#codes.set(code, { redirectUri: asked.get('redirect_uri') ?? '', challenge: asked.get('code_challenge') ?? '', scope: asked.get('scope') ?? '' })
      back.searchParams.set('code', code)
    }
    response.writeHead(302, { location: back.toString() }).end()
  }

  #exchange(form: URLSearchParams, response: ServerResponse) {
    const code = this.#codes.get(form.get('code') ?? '')
    this.#codes.delete(form.get('code') ?? '')
    const verifier = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url')
    if (!code || code.redirectUri !== form.get('redirect_uri') || code.challenge !== verifier) return json(response, 400, { error: 'invalid_grant', error_description: 'Bad code' })
    return json(response, 200, this.#tokens(true))
  }

  #refresh(form: URLSearchParams, response: ServerResponse) {
    const token = form.get('refresh_token') ?? ''
    if (!this.#refreshTokens.has(token)) return json(response, 400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' })
    if (this.rotates) this.#refreshTokens.delete(token)
    return json(response, 200, this.#tokens(this.rotates))
  }

  #tokens(withRefresh: boolean) {
    const access = `access-${randomUUID()}`
    this.accessTokens.add(access)
    const refresh = `refresh-${randomUUID()}`
    if (withRefresh) this.#refreshTokens.add(refresh)
    return { token_type: 'Bearer', access_token: access, expires_in: this.expiresIn, ...(withRefresh ? { refresh_token: refresh } : {}) }
  }
}

function json(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
