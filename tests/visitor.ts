import env from '#start/env'

/** A browser without JavaScript: keeps its cookies, follows nothing, sends forms as their page would. */
export class Visitor {
  readonly #cookies = new Map<string, string>()
  #csrf = ''

  constructor(private readonly agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0') {}

  /** Opens a page and remembers the mark of its forms. */
  async open(path: string, headers: Record<string, string> = {}) {
    const response = await this.#ask(path, { method: 'GET', headers })
    const text = await response.text()
    this.#csrf = text.match(/name='_csrf' value='([^']+)'/)?.[1] ?? this.#csrf
    return { status: response.status, text, location: response.headers.get('location'), headers: response.headers }
  }

  /** Sends a form of the page opened last; `method` as the page would spoof it. */
  async send(path: string, values: Record<string, string | string[]> = {}, method = 'POST', headers: Record<string, string> = {}) {
    const body = new URLSearchParams({ _csrf: this.#csrf })
    for (const [name, value] of Object.entries(values)) for (const one of [value].flat()) body.append(name, one)
    const target = method === 'POST' ? path : `${path}${path.includes('?') ? '&' : '?'}_method=${method}`
    const response = await this.#ask(target, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } })
    return { status: response.status, location: response.headers.get('location'), headers: response.headers, text: await response.text() }
  }

  async signIn(email: string, password: string) {
    await this.open('/sign-in')
    return this.send('/sign-in', { email, password })
  }

  async #ask(path: string, init: RequestInit & { headers: Record<string, string> }) {
    const response = await fetch(`http://${env.get('HOST')}:${env.get('PORT')}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { 'user-agent': this.agent, 'accept': 'text/html', 'cookie': [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...init.headers },
    })
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s)
      this.#cookies.set(name, value)
    }
    return response
  }
}

/** Somebody who has just signed in. */
export async function signedIn(agent: { email: string }, password: string) {
  const visitor = new Visitor()
  await visitor.signIn(agent.email, password)
  return visitor
}
