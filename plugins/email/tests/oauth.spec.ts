import { DateTime } from 'luxon'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import limiter from '@adonisjs/limiter/services/main'
import env from '#start/env'
import { AgentFactory, PASSWORD } from '#database/factories/index'
import Inbox from '#channels/inbox'
import type { Words } from '#plugin'
import { inboxSeenBy } from '#plugins/inbox_view'
import { ImapTokenServer } from '../../../tests/fakes/imap_token_server.js'
import { OAuthProvider } from '../../../tests/fakes/oauth_provider.js'
import { SmtpSink } from '../../../tests/fakes/smtp_sink.js'
import { signedIn as browserOf } from '../../../tests/visitor.js'
import { checkInbox } from '../check.js'
import { account, type EmailInbox } from '../config.js'
import { Fault } from '../faults.js'
import { connectImap } from '../imap_client.js'
import { forgetToken, grantOf, keepGrant, readGrant, signedIn } from '../oauth/grant.js'
import { pollWith } from '../poll.js'
import { sendMail } from '../sending/send.js'
import { closePosts } from '../sending/transports.js'
import { givenInbox, givenOutgoing } from './inbox.js'

const ADDRESSES = ['GOOGLE_ACCOUNTS_URL', 'GOOGLE_TOKEN_URL', 'MICROSOFT_LOGIN_URL']

/** The provider stands on the loopback; the names of its real addresses lead there. */
async function givenProvider() {
  const before = Object.fromEntries(ADDRESSES.map((name) => [name, process.env[name]]))
  const provider = await new OAuthProvider().start()
  for (const name of ADDRESSES) process.env[name] = provider.url
  return {
    provider,
    async end() {
      for (const name of ADDRESSES) before[name] === undefined ? delete process.env[name] : (process.env[name] = before[name])
      await provider.stop()
    },
  }
}

test.group('E-mail | tokens instead of a password (XOAUTH2)', (group) => {
  let provider: OAuthProvider
  let clock: { now: DateTime }
  group.each.setup(async () => {
    const given = await givenProvider()
    provider = given.provider
    clock = { now: DateTime.utc() }
    return async () => {
      closePosts()
      await given.end()
    }
  })

  const mailbox = (values: object = {}) =>
    givenInbox({ 'oauth.provider': 'microsoft', 'oauth.clientId': provider.client.id, 'oauth.clientSecret': provider.client.secret, 'imap.host': '127.0.0.1', 'imap.tls': 'none', 'smtp.host': '127.0.0.1', 'smtp.tls': 'none', ...values }, clock)

  /** As if a person had consented just now. */
  const consent = async (inbox: EmailInbox) => {
    const back = await fetch(`${provider.url}/common/oauth2/v2.0/authorize?redirect_uri=http://desk.test/cb&state=s&code_challenge=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU`, { redirect: 'manual' })
    const code = new URL(back.headers.get('location')!).searchParams.get('code')!
    const answer = await fetch(`${provider.url}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: provider.client.id, client_secret: provider.client.secret, code, redirect_uri: 'http://desk.test/cb', code_verifier: '' }) })
    const tokens = (await answer.json()) as { access_token: string; refresh_token: string; expires_in: number }
    await keepGrant(inbox, grantOf(inbox, { accessToken: tokens.access_token, refreshToken: tokens.refresh_token, expiresIn: tokens.expires_in }))
    return tokens
  }
  const tokenOf = async (inbox: EmailInbox) => (await signedIn(inbox, account(inbox, 'smtp')!)).accessToken!
  const faultOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown
    )
    return error instanceof Fault ? error.reason.key : error
  }

  test('is renewed five minutes before its end, and each rotated refresh token is kept', async ({ assert }) => {
    const inbox = mailbox()
    const { access_token: first } = await consent(inbox)
    assert.equal(await tokenOf(inbox), first)
    clock.now = clock.now.plus({ minutes: 54 })
    assert.equal(await tokenOf(inbox), first)
    assert.equal(provider.refreshes(), 0)
    const seen = new Set([first])
    for (let hour = 0; hour < 3; hour++) {
      clock.now = clock.now.plus({ minutes: 56 })
      seen.add(await tokenOf(inbox))
    }
    assert.equal(seen.size, 4)
    assert.equal(provider.refreshes(), 3)
  })

  test('a provider that sends no new refresh token (Google) leaves the old one', async ({ assert }) => {
    provider.rotates = false
    const inbox = mailbox({ 'oauth.provider': 'google' })
    const { refresh_token: refresh } = await consent(inbox)
    clock.now = clock.now.plus({ hours: 1 })
    assert.isTrue(provider.accessTokens.has(await tokenOf(inbox)))
    assert.equal((await readGrant(inbox))!.refreshToken, refresh)
  })

  test('many that want a new one at once ask once', async ({ assert }) => {
    const inbox = mailbox()
    await consent(inbox)
    clock.now = clock.now.plus({ hours: 2 })
    provider.slow = 150
    const tokens = await Promise.all(Array.from({ length: 8 }, () => tokenOf(inbox)))
    assert.equal(new Set(tokens).size, 1)
    assert.equal(provider.refreshes(), 1)
  })

  test('taken back (invalid_grant), a person is asked to reconnect, and the provider is left alone', async ({ assert }) => {
    const inbox = mailbox()
    await consent(inbox)
    provider.revoke()
    clock.now = clock.now.plus({ hours: 2 })
    assert.equal(await faultOf(tokenOf(inbox)), 'fault.reconnect')
    assert.equal(await faultOf(tokenOf(inbox)), 'fault.reconnect')
    assert.equal(provider.refreshes(), 1)
    const health = await checkInbox(inbox, async () => assert.fail('nobody is asked without a token'))
    assert.equal(!health.ok && (health.reason as Words).key, 'fault.reconnect')
    await consent(inbox)
    assert.isString(await tokenOf(inbox))
  })

  test('a provider that is away for a while is no reason to reconnect', async ({ assert }) => {
    const inbox = mailbox()
    const { access_token: first } = await consent(inbox)
    clock.now = clock.now.plus({ minutes: 57 })
    provider.fails.push(503)
    assert.equal(await tokenOf(inbox), first)
    clock.now = clock.now.plus({ minutes: 30 })
    provider.fails.push(500)
    assert.equal(await faultOf(tokenOf(inbox)), 'fault.tokenUnavailable')
    assert.notEqual(await tokenOf(inbox), first)
  })

  test('goes to no other server than it was given for, and not over an open line', async ({ assert }) => {
    const inbox = mailbox()
    await consent(inbox)
    const moved = { ...inbox, config: { ...inbox.config, 'smtp.host': 'mail.elsewhere.test' as string | null } } as EmailInbox
    assert.equal(await faultOf(tokenOf(moved)), 'fault.otherHost')
    const open = mailbox({ 'smtp.host': 'mail.shop.test' })
    await consent(open)
    assert.equal(await faultOf(tokenOf(open)), 'fault.tokenNeedsTls')
  })

  test('both servers of the provider are known without being typed', async ({ assert }) => {
    const inbox = givenInbox({ 'oauth.provider': 'microsoft' })
    assert.deepInclude(account(inbox, 'imap')!, { host: 'outlook.office365.com', port: 993, tls: 'tls', username: 'info@obchod.test', password: null })
    assert.deepInclude(account(inbox, 'smtp')!, { host: 'smtp.office365.com', port: 587, tls: 'starttls' })
    assert.deepInclude(account(givenInbox({ 'oauth.provider': 'google' }), 'smtp')!, { host: 'smtp.gmail.com', port: 465, tls: 'tls' })
  })

  test('mail leaves by it; a token that the server refuses before its time is renewed, and the reply waits meanwhile', async ({ assert, cleanup }) => {
    const sink = await new SmtpSink({ user: 'info@obchod.test', token: (token) => provider.accessTokens.has(token) }).start()
    cleanup(() => sink.stop())
    const inbox = mailbox({ 'smtp.port': sink.port })
    const { access_token: first } = await consent(inbox)
    assert.equal((await sendMail(givenOutgoing(), inbox)).outcome, 'sent')

    provider.accessTokens.delete(first)
    closePosts()
    const refused = await sendMail(givenOutgoing(), inbox)
    assert.equal(refused.outcome, 'later')
    assert.equal((await sendMail(givenOutgoing(), inbox)).outcome, 'sent')
    assert.lengthOf(sink.mails, 2)

    provider.revoke()
    await forgetToken(inbox, (await readGrant(inbox))!.accessToken)
    const waits = await sendMail(givenOutgoing(), inbox)
    assert.equal(waits.outcome, 'later')
    assert.equal(waits.outcome === 'later' && (waits.reason as Words).key, 'fault.reconnect')
  })

  test('mail comes by it; when the server hangs up at the end of a token, the next round signs in anew without a word', async ({ assert, cleanup }) => {
    const server = await new ImapTokenServer((token) => provider.accessTokens.has(token)).start()
    cleanup(() => server.stop())
    const inbox = mailbox({ 'imap.port': server.port })
    await consent(inbox)
    const poll = pollWith(connectImap, 30)
    const stop = new AbortController()
    const first = await poll.fetch(inbox, null, stop.signal)
    server.hangUp()
    clock.now = clock.now.plus({ minutes: 58 })
    // However soon the client hears of it: every round ends well, and one of them brings the new token.
    const tokens = () => new Set(server.tried.map(({ token }) => token)).size
    for (let round = 0; tokens() < 2 && round < 50; round++) assert.lengthOf((await poll.fetch(inbox, first.cursor, stop.signal)).items, 0)
    assert.equal(tokens(), 2)
    assert.equal(server.tried[0].user, 'info@obchod.test')
    stop.abort()
  })
})

test.group('E-mail | the consent in the browser', (group) => {
  let given: Awaited<ReturnType<typeof givenProvider>>
  group.setup(async () => {
    given = await givenProvider()
    const before = env.get('OUTBOUND_ALLOW')
    env.set('OUTBOUND_ALLOW', '127.0.0.1')
    return async () => {
      env.set('OUTBOUND_ALLOW', before)
      await given.end()
    }
  })
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())

  async function begin(role = 'admin') {
    const agent = await (role === 'admin' ? AgentFactory.apply('admin') : AgentFactory).create()
    const inbox = await Inbox.connect(
      { channel: 'email', name: 'Obchod', config: { address: 'info@obchod.test', oauth: { provider: 'google', clientId: given.provider.client.id, clientSecret: given.provider.client.secret } } },
      { by: null }
    )
    const browser = await browserOf(agent, PASSWORD)
    return { inbox, browser }
  }
  const grant = async (inbox: Inbox) => readGrant(inboxSeenBy(inbox) as unknown as EmailInbox)

  test('an admin agrees at the provider, and the mailbox is connected; nothing secret is kept in the open', async ({ assert }) => {
    const { inbox, browser } = await begin()
    const page = await browser.open(`/admin/inboxes/${inbox.id}/edit`)
    assert.include(page.text, 'Connect to Google')
    const asked = await browser.send(`/plugins/email/oauth/${inbox.key}`)
    const url = new URL(asked.location!)
    assert.equal(url.origin, given.provider.url)
    assert.equal(url.searchParams.get('access_type'), 'offline')
    assert.equal(url.searchParams.get('scope'), 'https://mail.google.com/')
    const agreed = await fetch(url, { redirect: 'manual' })
    const callback = new URL(agreed.headers.get('location')!)
    assert.equal(callback.pathname, '/plugins/email/oauth/callback')

    const done = await browser.open(callback.pathname + callback.search)
    assert.equal(done.location, `/admin/inboxes/${inbox.id}/edit`)
    const kept = await grant(inbox)
    assert.deepEqual(kept!.hosts, ['imap.gmail.com', 'smtp.gmail.com'])
    const stored = JSON.stringify(await db.from('plugin_store'))
    assert.notInclude(stored, kept!.refreshToken)
    assert.notInclude(stored, kept!.accessToken)
    const after = await browser.open(`/admin/inboxes/${inbox.id}/edit`)
    assert.include(after.text, 'Connected to Google')
    assert.notInclude(after.text, kept!.refreshToken)

    // The same answer once more is no answer.
    await browser.open(callback.pathname + callback.search)
    assert.equal((await grant(inbox))!.refreshToken, kept!.refreshToken)
  })

  test('an answer that this browser did not ask for, a wrong state, and a no connect nothing', async ({ assert }) => {
    const { inbox, browser } = await begin()
    await browser.open(`/admin/inboxes/${inbox.id}/edit`)
    const asked = new URL((await browser.send(`/plugins/email/oauth/${inbox.key}`)).location!)
    const agreed = new URL((await fetch(asked, { redirect: 'manual' })).headers.get('location')!)
    agreed.searchParams.set('state', 'guessed')
    await browser.open(agreed.pathname + agreed.search)
    assert.isNull(await grant(inbox))

    given.provider.denies = true
    await browser.open(`/admin/inboxes/${inbox.id}/edit`)
    const denied = new URL((await fetch((await browser.send(`/plugins/email/oauth/${inbox.key}`)).location!, { redirect: 'manual' })).headers.get('location')!)
    given.provider.denies = false
    await browser.open(denied.pathname + denied.search)
    assert.isNull(await grant(inbox))
    assert.include((await browser.open(`/admin/inboxes/${inbox.id}/edit`)).text, 'did not give the permission')
  })

  test('who is no admin cannot connect a mailbox', async ({ assert }) => {
    const { inbox, browser } = await begin('agent')
    await browser.open('/profile')
    assert.equal((await browser.send(`/plugins/email/oauth/${inbox.key}`)).status, 403)
    assert.equal((await browser.open(`/plugins/email/domain/${inbox.key}`)).status, 403)
  })
})
