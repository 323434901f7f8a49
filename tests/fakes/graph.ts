import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { nowMs } from '#support/clock'

/** What the Graph API does with the next call of the Send API. */
export type GraphAnswer =
  | { readonly kind: 'error'; readonly code: number; readonly subcode?: number; readonly status?: number; readonly message?: string; readonly retryAfter?: number }
  /** Takes the message, and never answers. */
  | { readonly kind: 'hang' }
  /** Takes the message and cuts the line. */
  | { readonly kind: 'drop' }
  /** Answers with what no API of theirs would say. */
  | { readonly kind: 'garbage' }
  /** Does this between taking the message and answering: the echo comes first. */
  | { readonly kind: 'first'; readonly then: (sent: GraphSend) => Promise<unknown> }

export interface GraphSend {
  readonly mid: string
  readonly to: string
  readonly body: Record<string, any>
  readonly file: { readonly name: string; readonly type: string; readonly bytes: number } | null
}

interface GraphRequest {
  readonly method: string
  readonly path: string
  readonly query: Record<string, string>
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, any>
}

interface EmitOptions {
  readonly badSignature?: boolean
  readonly signature?: string | null
  readonly delayMs?: number
}

/** The Graph API with one page or Instagram account, on a free loopback port (contracts/channels/01 and 02). */
export class FakeGraph {
  readonly requests: GraphRequest[] = []
  readonly sends: GraphSend[] = []
  readonly actions: string[] = []
  readonly files = new Map<string, { readonly body: Buffer; readonly type: string }>()
  /** Files that lie elsewhere now: their store sends whoever asks there. */
  readonly moved = new Map<string, string>()
  /** Who asked for files. */
  readonly fetched: { readonly name: string; readonly authorization: string | null }[] = []
  readonly profiles = new Map<string, Record<string, unknown>>()
  subscribed: string[] = []
  /** Whether the token opens the page. */
  tokenValid = true
  readonly account: string
  readonly secret: string
  readonly token: string
  readonly object: 'page' | 'instagram'
  readonly #script: GraphAnswer[] = []
  readonly #server: Server
  #counter = 0

  constructor({ object = 'page', account = '910001', secret = 'app-secret-of-the-fake', token = 'page-token-of-the-fake' }: { object?: 'page' | 'instagram'; account?: string; secret?: string; token?: string } = {}) {
    this.object = object
    this.account = account
    this.secret = secret
    this.token = token
    this.#server = createServer((request, response) => void this.#answer(request, response).catch(() => response.destroy()))
  }

  async start() {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    return this
  }

  async stop() {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }

  get url() {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** What the next sends get, in order; afterwards each is taken. */
  next(...answers: GraphAnswer[]) {
    this.#script.push(...answers)
  }

  /** Keeps a file as their store would, and gives its address. */
  store(name: string, body: Buffer | string, type = 'image/png'): string {
    this.files.set(name, { body: Buffer.from(body), type })
    return `${this.url}/files/${name}`
  }

  /** An event of a person's message, as it stands in `messaging`. */
  text(from: string, text: string, values: Record<string, unknown> = {}, at = nowMs()) {
    return this.event(from, { message: { mid: `m_in_${++this.#counter}`, text, ...values } }, at)
  }

  event(from: string, what: Record<string, unknown>, at = nowMs()): Record<string, any> {
    return { sender: { id: from }, recipient: { id: this.account }, timestamp: at, ...what }
  }

  /** What comes back of a message that the page sent. */
  echo({ mid, to, body }: GraphSend, appId: number | null = 777): Record<string, any> {
    const { metadata, text } = body.message
    return { sender: { id: this.account }, recipient: { id: to }, timestamp: nowMs(), message: { mid, is_echo: true, ...(appId ? { app_id: appId, metadata } : {}), text } }
  }

  /** One call with these events in one entry; `standby` and `changes` stand where the platform puts them. */
  body(events: readonly Record<string, any>[], place: 'messaging' | 'standby' | 'changes' = 'messaging'): object {
    return { object: this.object, entry: [{ id: this.account, time: nowMs(), [place]: events }] }
  }

  /** Calls a desk's hook with what is given, signed over the bytes: letters beyond ASCII escaped, as Meta sends them. */
  async emit(address: string, body: object | Buffer, { badSignature = false, signature, delayMs = 0 }: EmitOptions = {}): Promise<Response> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body).replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`))
    const signed = createHmac('sha256', badSignature ? 'another secret' : this.secret).update(bytes).digest('hex')
    const header = signature === undefined ? `sha256=${signed}` : signature
    if (delayMs) await new Promise((wake) => setTimeout(wake, delayMs))
    return fetch(address, { method: 'POST', body: new Uint8Array(bytes), headers: { 'content-type': 'application/json', ...(header === null ? {} : { 'x-hub-signature-256': header }) } })
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, this.url)
    const bytes = await buffer(request)
    // Somebody takes the call and never answers.
    if (url.pathname.startsWith('/hang/')) return
    if (url.pathname.startsWith('/files/')) return this.#file(url, request, response)
    const { body, file } = await parse(request, bytes)
    this.requests.push({ method: request.method!, path: url.pathname, query: Object.fromEntries(url.searchParams), headers: request.headers, body })

    const authorised = request.headers.authorization === `Bearer ${this.token}` && this.tokenValid
    if (!authorised) return this.#fault(response, { kind: 'error', code: 190, subcode: 463, status: 400, message: 'Error validating access token: Session has expired' })
    const proof = createHmac('sha256', this.secret).update(this.token).digest('hex')
    if (url.searchParams.has('appsecret_proof') && url.searchParams.get('appsecret_proof') !== proof) return this.#fault(response, { kind: 'error', code: 100, message: 'Invalid appsecret_proof provided in the API argument' })

    const [, version, object, edge] = url.pathname.split('/')
    if (!/^v\d+\.\d+$/.test(version ?? '')) return this.#fault(response, { kind: 'error', code: 2500, message: 'Unknown path components' })
    if (edge === 'messages') return this.#send(response, body, file)
    if (edge === 'subscribed_apps') return this.#subscription(request, response, body)
    if (edge === 'take_thread_control') return json(response, 200, { success: true })
    if (object === 'refresh_access_token') return json(response, 200, { access_token: this.token, token_type: 'bearer', expires_in: 5_184_000 })
    if (object === this.account || object === 'me') return json(response, 200, { id: this.account, name: 'Kavárna U Mlýna', username: 'kavarna', user_id: this.account })
    const profile = this.profiles.get(object ?? '')
    return profile ? json(response, 200, { id: object, ...profile }) : this.#fault(response, { kind: 'error', code: 100, subcode: 33, message: 'Unsupported get request' })
  }

  async #send(response: ServerResponse, body: Record<string, any>, file: GraphSend['file']) {
    if (body.sender_action) {
      this.actions.push(body.sender_action)
      return json(response, 200, { recipient_id: body.recipient.id })
    }
    const answer = this.#script.shift()
    if (answer?.kind === 'error') return this.#fault(response, answer)
    if (typeof body.message?.text === 'string' && [...body.message.text].length > 2000) return this.#fault(response, { kind: 'error', code: 100, message: 'Length of param message[text] must be less than or equal to 2000' })
    const sent: GraphSend = { mid: `m_out_${++this.#counter}`, to: body.recipient.id, body, file }
    this.sends.push(sent)
    if (answer?.kind === 'hang') return
    if (answer?.kind === 'drop') return response.destroy()
    if (answer?.kind === 'garbage') return response.writeHead(200).end('<html>Sorry, something went wrong.</html>')
    if (answer?.kind === 'first') await answer.then(sent)
    return json(response, 200, { recipient_id: sent.to, message_id: sent.mid })
  }

  #subscription(request: IncomingMessage, response: ServerResponse, body: Record<string, any>) {
    if (request.method === 'POST') {
      this.subscribed = String(body.subscribed_fields).split(',')
      return json(response, 200, { success: true })
    }
    return json(response, 200, { data: this.subscribed.length > 0 ? [{ id: '777', subscribed_fields: this.subscribed }] : [] })
  }

  #file(url: URL, request: IncomingMessage, response: ServerResponse) {
    const name = decodeURIComponent(url.pathname.slice('/files/'.length))
    this.fetched.push({ name, authorization: request.headers.authorization ?? null })
    const moved = this.moved.get(name)
    if (moved) return void response.writeHead(302, { location: moved }).end()
    const kept = this.files.get(name)
    if (!kept) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': kept.type, 'content-length': kept.body.length }).end(kept.body)
  }

  #fault(response: ServerResponse, { code, subcode, status = 400, message = 'Refused', retryAfter }: Extract<GraphAnswer, { kind: 'error' }>) {
    if (retryAfter) response.setHeader('retry-after', retryAfter)
    json(response, status, { error: { message, type: 'OAuthException', code, ...(subcode ? { error_subcode: subcode } : {}), fbtrace_id: 'AbcTrace' } })
  }
}

function json(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function parse(request: IncomingMessage, bytes: Buffer): Promise<{ body: Record<string, any>; file: GraphSend['file'] }> {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/')) return { body: bytes.length > 0 ? JSON.parse(bytes.toString()) : {}, file: null }
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
  const body: Record<string, any> = {}
  let file: GraphSend['file'] = null
  for (const [name, value] of form) {
    if (typeof value !== 'string') file = { name: value.name, type: value.type, bytes: value.size }
    else body[name] = value.startsWith('{') ? JSON.parse(value) : value
  }
  return { body, file }
}
