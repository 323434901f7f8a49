import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Desk, Fields, Routes } from '#plugin'
import { providerOf, type EmailInbox } from '../config.js'
import { grantOf, keepGrant } from './grant.js'
import { askForTokens, tenantOf } from './token_endpoint.js'

type Handle = Parameters<Routes<Fields>['get']>[1]
type Ctx = Parameters<Handle>[0]

const STATE_MS = 15 * 60_000

interface Begun {
  readonly state: string
  readonly inbox: string
  readonly verifier: string
  readonly at: number
}

/** Sends the admin to the provider's own page. The state ties the answer to this browser, PKCE (RFC 7636) the code to us. */
export const beginConsent = adminOnly(async (ctx, desk) => {
  const inbox = await inboxOf(ctx.params.inbox, desk)
  const provider = inbox && providerOf(inbox)
  if (!inbox || !provider) return back(ctx, inbox, 'consent.notChosen')
  if (!inbox.config['oauth.clientId']) return back(ctx, inbox, 'consent.noClient')
  const begun: Begun = { state: randomBytes(24).toString('base64url'), inbox: inbox.key, verifier: randomBytes(32).toString('base64url'), at: Date.now() }
  ctx.session.put('email.consent', begun)
  const url = new URL(provider.authorize(inbox, tenantOf(inbox)))
  const asked = {
    client_id: inbox.config['oauth.clientId'],
    redirect_uri: redirectUri(ctx, desk),
    response_type: 'code',
    scope: provider.scope,
    state: begun.state,
    code_challenge: createHash('sha256').update(begun.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    login_hint: inbox.config['imap.username']?.trim() || inbox.config.address,
    ...provider.extra,
  }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  return ctx.response.redirect().status(303).toPath(url.toString())
})

/** The provider sends the admin back: with a code, or with a no. */
export const endConsent = adminOnly(async (ctx, desk) => {
  const begun = ctx.session.pull('email.consent') as Begun | null
  const { state = '', code = '', error, error_description: description } = ctx.request.qs() as Record<string, string | undefined>
  if (!begun || !same(begun.state, String(state)) || Date.now() - begun.at > STATE_MS) return back(ctx, null, 'consent.stale')
  const inbox = await inboxOf(begun.inbox, desk)
  if (!inbox || !providerOf(inbox)) return back(ctx, inbox, 'consent.notChosen')
  if (error || !code) return back(ctx, inbox, 'consent.denied', `${error ?? ''} ${description ?? ''}`.trim())

  const answer = await askForTokens(inbox, { grant_type: 'authorization_code', code: String(code), redirect_uri: redirectUri(ctx, desk), code_verifier: begun.verifier })
  if (!answer.ok) return back(ctx, inbox, 'consent.failed', answer.said)
  // Without one the connection would end with the first hour.
  if (!answer.tokens.refreshToken) return back(ctx, inbox, 'consent.noRefresh')
  await keepGrant(inbox, grantOf(inbox, answer.tokens))
  ctx.session.flash('done', ctx.i18n.t('email.consent.done', { name: inbox.name }))
  return ctx.response.redirect().status(303).toPath(`/admin/inboxes/${inbox.id}/edit`)
})

function back(ctx: Ctx, inbox: EmailInbox | null, key: string, said = '') {
  ctx.session.flash('alert', [ctx.i18n.t(`email.${key}`, { provider: inbox ? (providerOf(inbox)?.name ?? '') : '' }), said.slice(0, 300)].filter(Boolean).join(' '))
  return ctx.response.redirect().status(303).toPath(inbox ? `/admin/inboxes/${inbox.id}/edit` : '/admin/inboxes')
}

async function inboxOf(key: unknown, desk: Desk<any>): Promise<EmailInbox | null> {
  return (await desk.inbox(String(key))) as unknown as EmailInbox | null
}

/** The same words must be registered with the provider; the inbox's page shows them. */
export function redirectUri({ request }: Pick<Ctx, 'request'>, desk: Pick<Desk<any>, 'environment'>): string {
  const base = desk.environment('APP_URL', `${request.protocol()}://${request.host()}`).replace(/\/$/, '')
  return `${base}/plugins/email/oauth/callback`
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

/** Connecting a mailbox is setting it up. */
export function adminOnly(handle: Handle): Handle {
  return (ctx, desk) => (ctx.auth.getUserOrFail().role === 'admin' ? handle(ctx, desk) : ctx.response.status(403).send(ctx.i18n.t('errors.403.text')))
}
