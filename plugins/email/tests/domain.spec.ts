import { generateKeyPairSync } from 'node:crypto'
import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import Inbox from '#channels/inbox'
import { givenAgent } from '#tests/given'
import { givenEnabled } from '#tests/installed_plugins'
import { SmtpSink } from '../../../tests/fakes/smtp_sink.js'
import { checkDomain, type Finding } from '../domain/check_domain.js'
import { useResolve } from '../domain/page.js'
import type { Resolve } from '../domain/resolve.js'
import { dkimRecord } from '../sending/dkim.js'
import { sendMail } from '../sending/send.js'
import { closePosts } from '../sending/transports.js'
import { givenInbox, givenOutgoing } from './inbox.js'

type Zone = Record<string, string[]>

/** A DNS of a few names; an address begins with `A `, a mail server with `MX `. */
function zone(records: Zone): Resolve {
  const of = (name: string, mark: string) => (records[name] ?? []).filter((text) => text.startsWith(mark)).map((text) => text.slice(mark.length))
  return {
    txt: async (name) => (records[name] ?? []).filter((text) => !/^(A|MX) /.test(text)),
    mx: async (name) => of(name, 'MX '),
    addresses: async (name) => of(name, 'A '),
  }
}

async function found(what: Finding['what'], values: Parameters<typeof givenInbox>[0], records: Zone) {
  const finding = (await checkDomain(givenInbox(values), zone(records))).find((one) => one.what === what)!
  return { state: finding.state, key: finding.words.key, value: finding.record?.value, name: finding.record?.name }
}

const own = { 'smtp.host': 'mail.obchod.test' }
const google = { 'smtp.host': 'smtp.gmail.com' }

test.group('E-mail | what the domain says of us', () => {
  test('SPF: none, and what to put', async ({ assert }) => {
    assert.deepEqual(await found('spf', own, {}), { state: 'missing', key: 'domain.spf.missing', value: 'v=spf1 a:mail.obchod.test ~all', name: 'obchod.test' })
    assert.equal((await found('spf', google, {})).value, 'v=spf1 include:_spf.google.com ~all')
  })

  test('SPF: our server is allowed by address, by network, by mx, by include, or not at all', async ({ assert }) => {
    const at = { 'mail.obchod.test': ['A 192.0.2.9'] }
    for (const record of ['v=spf1 ip4:192.0.2.0/24 -all', 'v=spf1 a:mail.obchod.test -all', 'v=spf1 mx -all', 'v=spf1 include:_spf.hosting.test ~all', 'v=spf1 redirect=_spf.hosting.test']) {
      const records = { ...at, 'obchod.test': [record, 'MX mail.obchod.test'], '_spf.hosting.test': ['v=spf1 ip4:192.0.2.9 -all'] }
      assert.equal((await found('spf', own, records)).state, 'ok', record)
    }
    const wrong = await found('spf', own, { ...at, 'obchod.test': ['v=spf1 include:_spf.google.com -all'], '_spf.google.com': ['v=spf1 ip4:198.51.100.0/24 ~all'] })
    assert.deepInclude(wrong, { state: 'wrong', key: 'domain.spf.notAllowed', value: 'v=spf1 a:mail.obchod.test include:_spf.google.com ~all' })
    assert.equal((await found('spf', google, { 'obchod.test': ['v=spf1 include:_spf.google.com -all'] })).state, 'ok')
  })

  test('SPF: a server without a name is allowed by its address', async ({ assert }) => {
    assert.equal((await found('spf', { 'smtp.host': '192.0.2.9' }, {})).value, 'v=spf1 ip4:192.0.2.9 ~all')
    assert.equal((await found('spf', { 'smtp.host': '192.0.2.9' }, { 'obchod.test': ['v=spf1 ip4:192.0.2.0/24 -all'] })).state, 'ok')
  })

  test('SPF: two records, everybody, too deep, and a circle', async ({ assert }) => {
    assert.deepInclude(await found('spf', google, { 'obchod.test': ['v=spf1 mx -all', 'v=spf1 include:_spf.google.com ~all'] }), { key: 'domain.spf.several', value: 'v=spf1 include:_spf.google.com mx ~all' })
    assert.equal((await found('spf', google, { 'obchod.test': ['v=spf1 include:_spf.google.com +all'] })).key, 'domain.spf.everybody')
    const deep = `v=spf1 ${Array.from({ length: 12 }, (_, at) => `include:s${at}.test`).join(' ')} ~all`
    assert.equal((await found('spf', google, { 'obchod.test': [deep] })).key, 'domain.spf.tooDeep')
    assert.equal((await found('spf', google, { 'obchod.test': ['v=spf1 include:a.test ~all'], 'a.test': ['v=spf1 include:a.test include:obchod.test -all'] })).key, 'domain.spf.notAllowed')
  })

  test('DKIM: the provider\'s key, our own, another one, none', async ({ assert }) => {
    assert.equal((await found('dkim', google, { 'google._domainkey.obchod.test': ['v=DKIM1; k=rsa; p=MIIB'] })).state, 'ok')
    assert.equal((await found('dkim', google, {})).key, 'domain.dkim.missing')
    assert.equal((await found('dkim', google, { 'google._domainkey.obchod.test': ['v=DKIM1; p='] })).key, 'domain.dkim.revoked')
    assert.equal((await found('dkim', own, {})).state, 'unchecked')

    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    // As a field of a form gives it back: on one line.
    const signed = { ...own, 'dkim.selector': 'opora', 'dkim.key': key.replace(/\n/g, ' ') }
    const record = dkimRecord(givenInbox(signed))!
    assert.match(record, /^v=DKIM1; k=rsa; p=MII/)
    assert.deepInclude(await found('dkim', signed, {}), { state: 'missing', value: record, name: 'opora._domainkey.obchod.test' })
    assert.equal((await found('dkim', signed, { 'opora._domainkey.obchod.test': [record] })).state, 'ok')
    assert.equal((await found('dkim', signed, { 'opora._domainkey.obchod.test': ['v=DKIM1; p=OTHER'] })).key, 'domain.dkim.otherKey')
    assert.equal((await found('dkim', { ...signed, 'dkim.key': 'nonsense' }, {})).key, 'domain.dkim.badKey')
  })

  test('DMARC: none, watching, guarding, from the domain above', async ({ assert }) => {
    assert.deepInclude(await found('dmarc', own, {}), { state: 'missing', value: 'v=DMARC1; p=none; rua=mailto:info@obchod.test', name: '_dmarc.obchod.test' })
    assert.equal((await found('dmarc', own, { '_dmarc.obchod.test': ['v=DMARC1; p=none'] })).key, 'domain.dmarc.watching')
    assert.equal((await found('dmarc', own, { '_dmarc.obchod.test': ['v=DMARC1;p=reject;'] })).key, 'domain.dmarc.ok')
    assert.equal((await found('dmarc', own, { '_dmarc.obchod.test': ['v=DMARC1; rua=mailto:x@y.z'] })).key, 'domain.dmarc.noPolicy')
    assert.equal((await found('dmarc', { ...own, address: 'info@eshop.obchod.test' }, { '_dmarc.obchod.test': ['v=DMARC1; p=quarantine'] })).state, 'ok')
  })

  test('a DNS that does not answer is no verdict', async ({ assert }) => {
    const away = async () => Promise.reject(Object.assign(new Error('queryTxt ETIMEOUT'), { code: 'ETIMEOUT' }))
    const findings = await checkDomain(givenInbox(own), { txt: away, mx: away, addresses: away })
    assert.deepEqual(findings.map(({ state }) => state), ['unchecked', 'unchecked', 'unchecked'])
  })

  test('with a key of its own the mailbox signs what leaves', async ({ assert, cleanup }) => {
    const sink = await new SmtpSink().start()
    cleanup(async () => {
      closePosts()
      await sink.stop()
    })
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    await sendMail(givenOutgoing(), givenInbox({ 'smtp.host': '127.0.0.1', 'smtp.port': sink.port, 'smtp.tls': 'none', 'dkim.selector': 'opora', 'dkim.key': key }))
    const inbox = givenInbox({ 'dkim.selector': 'opora', 'dkim.key': key })
    const { dkimVerify } = (await import('mailauth/lib/dkim/verify.js')) as any
    const verdict = await dkimVerify(sink.mails[0].raw, { resolver: async () => [[dkimRecord(inbox)!]] })
    assert.equal(verdict.results[0].status.result, 'pass')
    assert.equal(verdict.results[0].signingDomain, 'obchod.test')
  })
})

test.group('E-mail | the page about the domain', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => givenEnabled('email'))

  test('tells the admin what to put where', async ({ client, cleanup }) => {
    cleanup(useResolve(zone({ '_dmarc.obchod.test': ['v=DMARC1; p=reject'] })))
    const admin = await givenAgent({ role: 'admin' })
    const inbox = await Inbox.connect({ channel: 'email', name: 'Obchod', config: { address: 'info@obchod.test', smtp: { host: 'smtp.gmail.com' } } }, { by: null })
    const page = await client.get(`/plugins/email/domain/${inbox.key}`).loginAs(admin)
    page.assertStatus(200)
    page.assertTextIncludes('v=spf1 include:_spf.google.com ~all')
    page.assertTextIncludes('missing')
    page.assertTextIncludes('right')
    ;(await client.get(`/admin/inboxes/${inbox.id}/edit`).loginAs(admin)).assertTextIncludes('Check the domain')
  })
})
