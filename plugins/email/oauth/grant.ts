import { account, providerOf, type Account, type EmailInbox } from '../config.js'
import { Fault } from '../faults.js'
import { askForTokens, type Tokens } from './token_endpoint.js'

/** What the consent gave us, kept encrypted. A refresh token that changes with each use is replaced here in one write. */
export interface Grant {
  readonly provider: string
  readonly refreshToken: string
  readonly accessToken: string
  /** ms UTC */
  readonly expiresAt: number
  /** Servers the mailbox had when the consent was given: its tokens go to no other. */
  readonly hosts: readonly string[]
  /** The provider does not accept it any more; only a person can give the consent again. */
  readonly refused?: boolean
}

/** A token is changed so long before it ends. */
const EARLY_MS = 5 * 60_000
const REFRESH_SECONDS = 60
const WAIT_STEPS = 150

export async function readGrant(inbox: EmailInbox): Promise<Grant | null> {
  const kept = await inbox.secrets.get('oauth')
  return kept ? (JSON.parse(kept) as Grant) : null
}

export const keepGrant = (inbox: EmailInbox, grant: Grant) => inbox.secrets.put('oauth', JSON.stringify(grant))

/** A new grant of what a consent gave, bound to the servers that the mailbox has now. */
export function grantOf(inbox: EmailInbox, tokens: Tokens): Grant {
  const hosts = (['imap', 'smtp'] as const).flatMap((protocol) => account(inbox, protocol)?.host.toLowerCase() ?? [])
  return { provider: providerOf(inbox)!.id, refreshToken: tokens.refreshToken!, accessToken: tokens.accessToken, expiresAt: inbox.now().toMillis() + tokens.expiresIn * 1000, hosts }
}

/**
 * The account with a token that holds for five minutes at least; an account with a password as it is.
 *
 * @throws Fault in words: nobody has consented yet, the consent was taken back, the token would go to a server it
 *   was not given for, or the provider cannot be asked now
 */
export async function signedIn(inbox: EmailInbox, login: Account): Promise<Account> {
  const provider = providerOf(inbox)
  if (!provider) return login
  const values = { provider: provider.name, host: login.host }
  const grant = await readGrant(inbox)
  if (!grant || grant.provider !== provider.id) throw new Fault({ key: 'fault.notConnected', values })
  if (grant.refused) throw new Fault({ key: 'fault.reconnect', values })
  if (!grant.hosts.includes(login.host.toLowerCase())) throw new Fault({ key: 'fault.otherHost', values })
  if (login.tls === 'none' && !/^(127\.|localhost$|\[?::1)/.test(login.host)) throw new Fault({ key: 'fault.tokenNeedsTls', values })
  return { ...login, accessToken: await freshToken(inbox, grant) }
}

/** The server refused the token before its time (a changed password, a new policy): the next use asks for another. */
export async function forgetToken(inbox: EmailInbox, accessToken: string | undefined) {
  await inbox.alone('oauth', REFRESH_SECONDS, async () => {
    const grant = await readGrant(inbox)
    if (grant && grant.accessToken === accessToken) await keepGrant(inbox, { ...grant, expiresAt: 0 })
  })
}

/** One at a time for each inbox, whatever the number of processes: of two that refresh, the second's refresh token is dead. */
async function freshToken(inbox: EmailInbox, known: Grant): Promise<string> {
  let grant: Grant | null = known
  for (let step = 0; step < WAIT_STEPS; step++) {
    if (grant && isFresh(grant, inbox)) return grant.accessToken
    const token = await inbox.alone('oauth', REFRESH_SECONDS, async () => {
      const newest = (await readGrant(inbox)) ?? known
      return isFresh(newest, inbox) ? newest.accessToken : refresh(inbox, newest)
    })
    if (token !== null) return token
    await new Promise((done) => setTimeout(done, 200))
    grant = await readGrant(inbox)
    if (grant?.refused) break
  }
  throw new Fault({ key: grant?.refused ? 'fault.reconnect' : 'fault.tokenUnavailable', values: { provider: providerOf(inbox)?.name ?? '' } })
}

const isFresh = (grant: Grant, inbox: EmailInbox) => !grant.refused && grant.expiresAt - inbox.now().toMillis() > EARLY_MS

async function refresh(inbox: EmailInbox, grant: Grant): Promise<string> {
  const provider = providerOf(inbox)!
  const values = { provider: provider.name }
  const answer = await askForTokens(inbox, { grant_type: 'refresh_token', refresh_token: grant.refreshToken, scope: provider.scope })
  if (answer.ok) {
    // Google sends no new refresh token and the old one stays; Microsoft sends another each time.
    const refreshToken = answer.tokens.refreshToken ?? grant.refreshToken
    await keepGrant(inbox, { ...grant, refreshToken, accessToken: answer.tokens.accessToken, expiresAt: inbox.now().toMillis() + answer.tokens.expiresIn * 1000 })
    return answer.tokens.accessToken
  }
  if (answer.final) {
    await keepGrant(inbox, { ...grant, refused: true, accessToken: '', expiresAt: 0 })
    throw new Fault({ key: 'fault.reconnect', values, detail: answer.said })
  }
  // What is left of the old token may do until the provider answers again.
  if (grant.expiresAt > inbox.now().toMillis() + 30_000) return grant.accessToken
  throw new Fault({ key: 'fault.tokenUnavailable', values, detail: answer.said })
}
