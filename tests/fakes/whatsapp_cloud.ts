import { createHmac, randomUUID } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What the far side does with the next call that sends. */
export type CloudAnswer =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly code: number; readonly details?: string; readonly status?: number; readonly retryAfter?: number }
  | { readonly kind: 'status'; readonly status: number }
  /** Takes the message, then says nothing: the caller cannot know. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'drop' }

export interface CloudRequest {
  readonly method: string
  readonly path: string
  readonly authorization: string | null
  readonly json: any
  readonly bytes: Buffer
}

interface EmitOptions {
  readonly badSignature?: boolean
  readonly duplicate?: boolean
  readonly delayMs?: number
}

interface Media {
  readonly bytes: Buffer
  readonly type: string
  readonly gone?: boolean
}

/**
 * Meta's Graph API as far as a WhatsApp number needs it, with its faults, and the webhook it calls. Wire formats:
 * contracts/channels/04. Everything it is asked is in `requests`; what was accepted to be sent in `sent`.
 */
export class FakeWhatsappCloud {
  readonly requests: CloudRequest[] = []
  readonly sent: any[] = []
  readonly media = new Map<string, Media>()
  /** What `message_templates` lists, as Meta writes it. */
  templates: object[] = []
  /** A page of the list holds so many. */
  templatesAPage = 100
  /** What the number itself says. */
  number: Record<string, unknown> = { display_phone_number: '+420 555 000 111', verified_name: 'Zrno a mlýn', quality_rating: 'GREEN', status: 'CONNECTED' }
  /** The host that file addresses name, when not this one. */
  mediaHost: string | null = null
  readonly #answers: CloudAnswer[] = []
  readonly #server = http.createServer((request, response) => void this.#take(request, response))
  #port = 0

  constructor(
    readonly token = 'EAAG-token',
    readonly appSecret = 'app secret',
    readonly phoneNumberId = 'PN1',
    readonly businessAccountId = 'WABA1'
  ) {}

  get url() {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  async stop() {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }

  /** Says what becomes of the next messages, in order; afterwards each is accepted. */
  next(...answers: CloudAnswer[]) {
    this.#answers.push(...answers)
  }

  /** The settings of an inbox that is connected to this. */
  config() {
    return {
      'transport': 'cloud',
      'number': '+420555000111',
      'cloud.phoneNumberId': this.phoneNumberId,
      'cloud.businessAccountId': this.businessAccountId,
      'cloud.accessToken': this.token,
      'cloud.appSecret': this.appSecret,
      'cloud.verifyToken': 'ověřovací slovo',
      'cloud.url': this.url,
    }
  }

  /** The body of a webhook call with one change: `{ messages }`, `{ statuses }`, or both. */
  body(value: object, field = 'messages'): string {
    return JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: this.businessAccountId, changes: [{ field, value: { messaging_product: 'whatsapp', metadata: { display_phone_number: '420555000111', phone_number_id: this.phoneNumberId }, ...value } }] }],
    })
  }

  signature(body: string | Buffer): string {
    return `sha256=${createHmac('sha256', this.appSecret).update(body).digest('hex')}`
  }

  /** Calls a webhook as Meta does; gives the statuses of the answers. */
  async emit(webhook: string, body: string, { badSignature, duplicate, delayMs }: EmitOptions = {}): Promise<number[]> {
    if (delayMs) await new Promise((wake) => setTimeout(wake, delayMs))
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': badSignature ? `sha256=${'0'.repeat(64)}` : this.signature(body) }
    const statuses: number[] = []
    for (let call = 0; call < (duplicate ? 2 : 1); call++) statuses.push((await fetch(webhook, { method: 'POST', headers, body })).status)
    return statuses
  }

  async #take(request: http.IncomingMessage, response: http.ServerResponse) {
    const bytes = await buffer(request)
    const url = new URL(request.url ?? '/', this.url)
    const asked: CloudRequest = { method: request.method ?? 'GET', path: url.pathname, authorization: request.headers.authorization ?? null, json: json(bytes), bytes }
    this.requests.push(asked)
    const say = (status: number, body: unknown, headers: Record<string, string> = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

    if (asked.authorization !== `Bearer ${this.token}`) return say(401, error(190, 'Error validating access token: Session has expired'))
    const [first, ...rest] = url.pathname.split('/').filter(Boolean)
    if (first === 'download') return this.#download(rest[0], response)
    if (!/^v\d+\.\d+$/.test(first ?? '')) return say(404, error(2500, 'Unknown path components'))
    const path = rest.join('/')
    if (asked.method === 'POST' && path === `${this.phoneNumberId}/messages`) return this.#message(asked, response, say)
    if (asked.method === 'POST' && path === `${this.phoneNumberId}/media`) {
      const id = `up-${randomUUID()}`
      this.media.set(id, { bytes, type: 'multipart/form-data' })
      return say(200, { id })
    }
    if (path === `${this.businessAccountId}/message_templates`) return this.#list(url, say)
    if (path === this.phoneNumberId) return say(200, { id: this.phoneNumberId, ...this.number })
    const media = this.media.get(rest[0])
    if (rest.length === 1 && media) {
      return say(200, { messaging_product: 'whatsapp', url: `${this.mediaHost ?? this.url}/download/${rest[0]}`, mime_type: media.type, file_size: media.bytes.length, id: rest[0] })
    }
    return say(404, error(100, 'Unsupported get request. Object does not exist'))
  }

  #message(asked: CloudRequest, response: http.ServerResponse, say: (status: number, body: unknown, headers?: Record<string, string>) => unknown) {
    if (asked.json?.status === 'read') return say(200, { success: true })
    const answer = this.#answers.shift() ?? { kind: 'ok' }
    if (answer.kind === 'status') return response.writeHead(answer.status).end('upstream trouble')
    if (answer.kind === 'error') {
      return say(answer.status ?? 400, error(answer.code, answer.details ?? 'Something is wrong'), answer.retryAfter ? { 'retry-after': String(answer.retryAfter) } : {})
    }
    const id = `wamid.${Buffer.from(randomUUID()).toString('base64url')}`
    this.sent.push({ id, ...asked.json })
    if (answer.kind === 'drop') return response.destroy()
    if (answer.kind === 'hang') return
    const to = asked.json?.to
    return say(200, { messaging_product: 'whatsapp', contacts: [to ? { input: to, wa_id: to } : { input: asked.json?.recipient, user_id: asked.json?.recipient }], messages: [{ id }] })
  }

  #download(id: string, response: http.ServerResponse) {
    const media = this.media.get(id)
    if (!media || media.gone) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': media.type }).end(media.bytes)
  }

  #list(url: URL, say: (status: number, body: unknown) => unknown) {
    const from = Number(url.searchParams.get('after') ?? 0)
    const to = from + this.templatesAPage
    const more = to < this.templates.length
    return say(200, { data: this.templates.slice(from, to), paging: { cursors: { after: String(to) }, ...(more ? { next: `https://graph.facebook.com/next?access_token=${this.token}` } : {}) } })
  }
}

const error = (code: number, details: string) => ({ error: { message: details, type: 'OAuthException', code, error_data: { messaging_product: 'whatsapp', details }, fbtrace_id: 'Atrace' } })

function json(bytes: Buffer): any {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}
