/** A browser without pictures: keeps its cookies and sends forms with their mark against forgery. */
export class Visitor {
  readonly #cookies = new Map<string, string>()
  #mark: string | null = null

  constructor(public url: string) {}

  get cookie() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string; headers: Headers }> {
    const answer = await fetch(this.url + path, { headers: { cookie: this.cookie, connection: 'close', ...headers }, redirect: 'manual', signal: AbortSignal.timeout(30_000) })
    this.#keep(answer)
    const body = await answer.text()
    this.#mark = /name=["']_csrf["'] value=["']([^"']+)/.exec(body)?.[1] ?? this.#mark
    return { status: answer.status, body, headers: answer.headers }
  }

  /** Opens a page, then sends its form. */
  async submit(page: string, action: string, fields: Record<string, string>, method = 'POST') {
    await this.get(page)
    return this.post(action, fields, method)
  }

  /** Sends a form with the mark of the last page that had one. */
  async post(action: string, fields: Record<string, string>, method = 'POST', headers: Record<string, string> = {}): Promise<{ status: number; body: string; headers: Headers }> {
    const body = new URLSearchParams({ ...fields, _csrf: this.#mark ?? '' })
    const address = method === 'POST' ? action : `${action}${action.includes('?') ? '&' : '?'}_method=${method}`
    const answer = await fetch(this.url + address, { method: 'POST', headers: { cookie: this.cookie, connection: 'close', ...headers }, body, redirect: 'manual', signal: AbortSignal.timeout(30_000) })
    this.#keep(answer)
    return { status: answer.status, body: await answer.text(), headers: answer.headers }
  }

  #keep(answer: Response) {
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';')
      const at = pair.indexOf('=')
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
  }
}
