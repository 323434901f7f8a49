import { createHmac } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What the far side does with the next message. */
export type ViberAnswer = { readonly kind: 'ok' } | { readonly kind: 'status'; readonly status: number; readonly said?: string } | { readonly kind: 'http'; readonly status: number } | { readonly kind: 'drop' } | { readonly kind: 'hang' }

interface EmitOptions {
  readonly badSignature?: boolean
  readonly duplicate?: boolean
  readonly delayMs?: number
}

/**
 * Viber's REST API for one bot, with its faults, and the webhook it calls. Wire format: contracts/channels/05. An
 * answer is always 200 and says in `status` what happened; message tokens are unquoted 64-bit numbers.
 */
export class FakeViber {
  readonly requests: { readonly path: string; readonly token: string | null; readonly json: any }[] = []
  readonly sent: any[] = []
  readonly media = new Map<string, { readonly bytes: Buffer; readonly type: string }>()
  /** The webhook as it is set now. */
  webhook = ''
  user: Record<string, unknown> = { id: 'Ab1==', name: 'Νίκος Παπαδόπουλος', avatar: '', country: 'GR', language: 'el' }
  readonly #answers: ViberAnswer[] = []
  readonly #server = http.createServer((request, response) => void this.#take(request, response))
  #port = 0
  /** Beyond what a double holds exactly: neighbours differ in the last digit only. */
  #token = 5_743_861_234_567_890_123n

  constructor(readonly authToken = '4453b6ac12345678-e02c5f12174805f9') {}

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
  next(...answers: ViberAnswer[]) {
    this.#answers.push(...answers)
  }

  nextToken(): string {
    return String(++this.#token)
  }

  /** An event as Viber writes it, the token without quotes. */
  event(event: string, rest: Record<string, unknown> = {}, token = this.nextToken()): string {
    return JSON.stringify({ event, timestamp: Date.now(), message_token: 0, ...rest }).replace('"message_token":0', `"message_token":${token}`)
  }

  /** What somebody writes to the bot. */
  message(message: Record<string, unknown>, token?: string, sender: Record<string, unknown> = {}): string {
    return this.event('message', { sender: { id: 'Ab1==', name: 'Νίκος', language: 'el', country: 'GR', api_version: 10, ...sender }, message }, token)
  }

  signature(body: string): string {
    return createHmac('sha256', this.authToken).update(body).digest('hex')
  }

  /** Calls a webhook as Viber does; gives the statuses of the answers. */
  async emit(webhook: string, body: string, { badSignature, duplicate, delayMs }: EmitOptions = {}): Promise<number[]> {
    if (delayMs) await new Promise((wake) => setTimeout(wake, delayMs))
    const headers = { 'content-type': 'application/json', 'x-viber-content-signature': badSignature ? '0'.repeat(64) : this.signature(body) }
    const statuses: number[] = []
    for (let call = 0; call < (duplicate ? 2 : 1); call++) statuses.push((await fetch(webhook, { method: 'POST', headers, body })).status)
    return statuses
  }

  async #take(request: http.IncomingMessage, response: http.ServerResponse) {
    const body = await text(request)
    const path = new URL(request.url ?? '/', this.url).pathname
    if (path.startsWith('/media/')) {
      const media = this.media.get(path.slice(7))
      this.requests.push({ path, token: (request.headers['x-viber-auth-token'] as string) ?? null, json: null })
      return media ? response.writeHead(200, { 'content-type': media.type }).end(media.bytes) : response.writeHead(404).end()
    }
    const json = JSON.parse(body || '{}')
    const token = (request.headers['x-viber-auth-token'] as string) ?? null
    this.requests.push({ path, token, json })
    const say = (answer: object) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    if (token !== this.authToken) return say({ status: 2, status_message: 'invalidAuthToken' })
    if (path === '/get_account_info') return say({ status: 0, status_message: 'ok', id: 'pa:1', name: 'Obchod', webhook: this.webhook, event_types: ['delivered', 'seen'] })
    if (path === '/set_webhook') return this.#setWebhook(json, say)
    if (path === '/get_user_details') return say({ status: 0, status_message: 'ok', message_token: 1, user: { ...this.user, id: json.id } })
    if (path === '/send_message') return this.#send(json, response, say)
    return response.writeHead(404).end()
  }

  /** Calls the address before it answers, and takes it only when that gives 200. */
  async #setWebhook(json: any, say: (answer: object) => unknown) {
    if (json.url !== '') {
      const [status] = await this.emit(json.url, this.event('webhook')).catch(() => [0])
      if (status !== 200) return say({ status: 1, status_message: `invalidUrl: result status ${status}` })
    }
    this.webhook = json.url
    return say({ status: 0, status_message: 'ok', event_types: json.event_types ?? [] })
  }

  #send(json: any, response: http.ServerResponse, say: (answer: object) => unknown) {
    const answer = this.#answers.shift() ?? { kind: 'ok' }
    if (answer.kind === 'http') return response.writeHead(answer.status).end('trouble')
    if (answer.kind === 'status') return say({ status: answer.status, status_message: answer.said ?? 'no' })
    const token = this.nextToken()
    this.sent.push({ ...json, token })
    if (answer.kind === 'drop') return response.destroy()
    if (answer.kind === 'hang') return
    return response.writeHead(200, { 'content-type': 'application/json' }).end(`{"status":0,"status_message":"ok","message_token":${token},"billing_status":1}`)
  }
}
