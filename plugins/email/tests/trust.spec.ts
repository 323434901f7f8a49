import { generateKeyPairSync } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { test } from '@japa/runner'
import type { IncomingMessage } from '#plugin'
import { FakeMailbox } from '../../../tests/fakes/imap.js'
import { FakeRspamd } from '../../../tests/fakes/rspamd.js'
import { startRspamd } from '../../../tests/servers/rspamd.js'
import { checkInbox } from '../check.js'
import { readMail } from '../reading/read.js'
import { looksLike } from '../trust/domains.js'
import { forgetNames } from '../trust/verify.js'
import { givenInbox, givenStored } from './inbox.js'

type Config = Parameters<typeof givenInbox>[0]

async function read(headers: string, config: Config = {}, body = 'Dobrý den', tools: object = {}) {
  const raw = `${headers.trim().replace(/\r?\n/g, '\r\n')}\r\nSubject: Dotaz\r\nMessage-ID: <x@posta.test>\r\n\r\n${body}\r\n`
  return (await readMail(givenStored(raw), { ...givenInbox(config), ...tools }))[0] as IncomingMessage
}

const GMAIL = 'Received: by 2002:a05:6402:1234 with SMTP id x\nReceived: from mail.posta.test (mail.posta.test. [192.0.2.7]) by mx.google.com with ESMTPS id y'

test.group('E-mail | whose word counts about the sender (RFC 8601)', () => {
  test('the line of the server that took the mail in for us, and none below it', async ({ assert }) => {
    const genuine = await read(`${GMAIL}\nAuthentication-Results: mx.google.com; dkim=pass header.i=@posta.test; spf=pass smtp.mailfrom=anna@posta.test; dmarc=pass (p=NONE) header.from=posta.test\nFrom: anna@posta.test`)
    assert.deepEqual(genuine.trust, { verdict: 'verified', checks: { dkim: 'pass', spf: 'pass', dmarc: 'pass' } })

    const forged = await read(`${GMAIL}\nAuthentication-Results: mx.google.com; dmarc=fail (p=REJECT) header.from=posta.test\nReceived: from x by y.posta.test with SMTP\nAuthentication-Results: mx.google.com; dmarc=pass header.from=posta.test; dkim=pass header.d=posta.test\nFrom: anna@posta.test`)
    assert.equal(forged.trust?.verdict, 'suspect')
    assert.equal(forged.trust?.checks.dmarc, 'fail')
    assert.equal(forged.trust?.warnings?.[0].key, 'warning.dmarc_failed')

    const stranger = await read(`${GMAIL}\nAuthentication-Results: mx.evil.test; dmarc=pass header.from=posta.test; dkim=pass header.d=posta.test\nFrom: anna@posta.test`)
    assert.isUndefined(stranger.trust)
  })

  test('only servers that the inbox names, when it names some', async ({ assert }) => {
    const line = (server: string) => `Received: from a.test by mx.shop.test with SMTP\nAuthentication-Results: ${server} 1; dkim=pass header.d=posta.test\nFrom: anna@posta.test`
    const config = { 'trust.servers': 'email.seznam.cz\n*.provider.test' }
    assert.equal((await read(line('email.seznam.cz'), config)).trust?.verdict, 'verified')
    assert.equal((await read(line('mx3.provider.test'), config)).trust?.verdict, 'verified')
    assert.isUndefined((await read(line('mx.shop.test'), config)).trust)
    assert.equal((await read(line('mx.shop.test'))).trust?.verdict, 'verified')
  })

  test('Exchange Online, which does not name itself', async ({ assert }) => {
    const received = 'Received: from AM0PR01.eurprd01.prod.outlook.com (2603::1) by VI1PR01.eurprd01.prod.outlook.com with HTTPS\nReceived: from mail.posta.test (192.0.2.7) by AM5EUR.mail.protection.outlook.com with SMTP'
    const mail = await read(`${received}\nAuthentication-Results: spf=pass (sender IP is 192.0.2.7)\n smtp.mailfrom=posta.test; dkim=pass (signature was verified)\n header.d=posta.test;dmarc=pass action=none header.from=posta.test;compauth=pass reason=100\nFrom: anna@posta.test`)
    assert.equal(mail.trust?.verdict, 'verified')
    assert.equal(mail.trust?.checks.dmarc, 'pass')
    const elsewhere = await read('Received: from x by mx.shop.test with SMTP\nAuthentication-Results: spf=pass smtp.mailfrom=posta.test; dmarc=pass header.from=posta.test\nFrom: anna@posta.test')
    assert.isUndefined(elsewhere.trust)
  })

  test('a signature of somebody else verifies nobody; comments and quoted words deceive nobody', async ({ assert }) => {
    const bulk = await read(`${GMAIL}\nAuthentication-Results: mx.google.com; dkim=pass header.d=mailer.test; spf=pass smtp.mailfrom=b@mailer.test\nFrom: anna@posta.test`)
    assert.equal(bulk.trust?.verdict, 'unverified')
    const comment = await read(`${GMAIL}\nAuthentication-Results: mx.google.com (dmarc=pass; (dkim=pass)); spf=fail smtp.mailfrom=anna@posta.test\nFrom: anna@posta.test`)
    assert.deepEqual(comment.trust?.checks, { spf: 'fail' })
  })

  test('nothing from the open listener counts', async ({ assert }) => {
    const line = 'Authentication-Results: mx.google.com; dmarc=pass header.from=posta.test\nFrom: anna@posta.test'
    assert.equal((await read(line)).trust?.verdict, 'verified')
    assert.isUndefined((await read(line, { listener: true })).trust)
  })
})

test.group('E-mail | tricks that no check sees', () => {
  const keys = async (headers: string, config: Config = {}) => ((await read(headers, config)).trust?.warnings ?? []).map(({ key }) => key)

  test('another address in the name, two senders, answers that go elsewhere', async ({ assert }) => {
    assert.deepEqual(await keys('From: "jana@banka.test" <x1@freemail.test>'), ['warning.name_has_address'])
    assert.deepEqual(await keys('From: "jana@posta.test" <jana@mail.posta.test>'), [])
    assert.deepEqual(await keys('From: anna@posta.test\nFrom: sef@obchod.test'), ['warning.two_froms'])
    assert.deepEqual(await keys('From: anna@posta.test\nReply-To: anna@jinde.test'), ['warning.reply_elsewhere'])
    assert.deepEqual(await keys('From: anna@posta.test\nReply-To: help@mail.posta.test'), [])
    assert.deepEqual(await keys('From: web@form.test\nReply-To: anna@jinde.test', { formSenders: 'web@form.test' }), [])
    assert.deepEqual(await keys('From: akce@list.test\nReply-To: odpoved@jinde.test\nList-Unsubscribe: <https://list.test>'), [])
  })

  test('a domain that looks like ours', async ({ assert }) => {
    for (const domain of ['obch0d.test', '0bchod.test', domainToASCII('оbchod.test'), 'obchodd.test', 'obcohd.test', 'ob-chod.test']) assert.isTrue(looksLike(domain, 'obchod.test'), domain)
    for (const domain of ['obchod.test', 'mail.obchod.test', 'posta.test', 'obchodnik.test', 'pochod.test2']) assert.isFalse(looksLike(domain, 'obchod.test'), domain)
    const mail = await read('From: info@obch0d.test')
    assert.equal(mail.trust?.verdict, 'suspect')
    assert.deepEqual(mail.trust?.warnings?.[0], { key: 'warning.look_alike', values: { domain: 'obch0d.test', ours: 'obchod.test' } })
  })
})

test.group('E-mail | our own check when the provider makes none', (group) => {
  group.each.setup(() => forgetNames())
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'der' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })
  const names: Record<string, string[][]> = { 'TXT s1._domainkey.posta.test': [[`v=DKIM1; k=rsa; p=${keys.publicKey.toString('base64')}`]], 'TXT _dmarc.posta.test': [['v=DMARC1; p=reject']] }
  const resolve = async (name: string, type: string) => {
    const found = names[`${type} ${name}`]
    if (!found) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    return found
  }
  const signed = async (change = (raw: string) => raw) => {
    const raw = 'From: anna@posta.test\r\nTo: info@obchod.test\r\nSubject: Dotaz\r\nMessage-ID: <dkim@posta.test>\r\nDate: Mon, 2 Nov 2026 10:00:00 +0100\r\n\r\nKde je zásilka?\r\n'
    const { signatures } = await dkimSign(raw, { signatureData: [{ signingDomain: 'posta.test', selector: 's1', privateKey: keys.privateKey }] } as never)
    return givenStored(change(`${signatures}${raw}`))
  }
  const trustOf = async (item: Awaited<ReturnType<typeof signed>>, tools: object, config: Config = {}) => ((await readMail(item, { ...givenInbox(config), ...tools }))[0] as IncomingMessage).trust

  test('a genuine signature verifies, a changed mail does not', async ({ assert }) => {
    assert.deepEqual(await trustOf(await signed(), { resolve }), { verdict: 'verified', checks: { dkim: 'pass', dmarc: 'pass' } })
    const changed = await trustOf(await signed((raw) => raw.replace('zásilka', 'faktura')), { resolve })
    assert.equal(changed?.verdict, 'unverified')
    assert.notEqual(changed?.checks.dkim, 'pass')
  })

  const SPF = { 'TXT posta.test': [['v=spf1 ip4:198.51.100.7 -all']], 'TXT _dmarc.bez.test': [['v=DMARC1; p=reject']], 'TXT bez.test': [['v=spf1 ip4:198.51.100.7 -all']] }
  const withSpf = async (name: string, type: string) => (SPF as Record<string, string[][]>)[`${type} ${name}`] ?? resolve(name, type)
  const plain = (from = 'anna@posta.test', above = '') => givenStored(`${above}From: ${from}\r\nTo: info@obchod.test\r\nSubject: Dotaz\r\nMessage-ID: <spf@posta.test>\r\n\r\nKde je zasilka?\r\n`)
  const from = (client: string, sender = 'anna@posta.test', helo = 'mail.posta.test') => ({ envelope: { client, helo, sender } })

  test('our own listener knows the client, so SPF and DMARC are told, a failure too', async ({ assert }) => {
    const config = { listener: true }
    assert.deepEqual(await trustOf({ ...plain(), ...from('198.51.100.7') }, { resolve: withSpf }, config), { verdict: 'verified', checks: { spf: 'pass', dkim: 'none', dmarc: 'pass' } })
    const forged = await trustOf({ ...plain(), ...from('203.0.113.9') }, { resolve: withSpf }, config)
    assert.deepEqual([forged?.verdict, forged?.checks, forged?.warnings?.[0].key], ['suspect', { spf: 'fail', dkim: 'none', dmarc: 'fail' }, 'warning.dmarc_failed'])
    const sent = await trustOf({ ...plain('anna@bez.test'), ...from('198.51.100.7', 'b@posta.test') }, { resolve: withSpf }, config)
    assert.deepEqual([sent?.verdict, sent?.checks], ['suspect', { spf: 'pass', dkim: 'none', dmarc: 'fail' }], 'a pass for another domain proves nothing')
    const signedOnTheWay = { ...(await signed()), ...from('203.0.113.9', 'list@jinde.test') }
    assert.deepEqual(await trustOf(signedOnTheWay, { resolve: withSpf }, config), { verdict: 'verified', checks: { spf: 'none', dkim: 'pass', dmarc: 'pass' } }, 'a signature survives being sent on')
  })

  test('what a stranger writes above his mail to our own listener counts for nothing', async ({ assert }) => {
    const above = 'Received: from mail.posta.test (mail.posta.test [198.51.100.7]) by mx.google.com with ESMTPS\r\nAuthentication-Results: mx.google.com; dmarc=pass header.from=posta.test; spf=pass smtp.mailfrom=posta.test\r\nReturn-Path: <anna@posta.test>\r\n'
    const trust = await trustOf({ ...plain('anna@posta.test', above), ...from('203.0.113.9') }, { resolve: withSpf }, { listener: true })
    assert.equal(trust?.verdict, 'suspect')
    // A relay of ours on the same machine has written the topmost line.
    assert.equal((await trustOf({ ...plain('anna@posta.test', above.replace(/Authentication[^\n]*\n/, '')), ...from('127.0.0.1') }, { resolve: withSpf }, { listener: true }))?.checks.spf, 'pass')
  })

  test('from a mailbox the provider\'s topmost line tells the client; where it is not sure SPF is left out', async ({ assert }) => {
    const way = async (received: string, path = 'Return-Path: <anna@posta.test>\r\n') => (await trustOf(plain('anna@posta.test', `${path}${received}`), { resolve: withSpf }))?.checks
    const outside = 'Received: from mail.posta.test (mail.posta.test [198.51.100.7])\r\n\tby mx.provider.test (Postfix) with ESMTPS id 1; Mon, 2 Nov 2026 10:00:00 +0100\r\n'
    assert.deepEqual(await way(outside), { spf: 'pass', dkim: 'none', dmarc: 'pass' })
    assert.deepEqual(await way(`Received: by imap.provider.test with LMTP id 2\r\nReceived: from localhost (localhost [127.0.0.1]) by mx.provider.test\r\n${outside}`), { spf: 'pass', dkim: 'none', dmarc: 'pass' })
    assert.deepEqual(await way('Received: from [203.0.113.9] (helo=mail.posta.test)\r\n\tby mx.provider.test with esmtp (Exim 4.96)\r\n'), { spf: 'fail', dkim: 'none', dmarc: 'fail' })
    const unsure = [
      outside.replace('198.51.100.7', '10.0.0.5'),
      outside.replace('from mail.posta.test', 'from mx2.provider.test'),
      'Received: from mail.posta.test by mx.provider.test with SMTP\r\n',
      '',
    ]
    for (const received of unsure) assert.isUndefined(await way(`${received}${received && outside}`), received)
    assert.isUndefined(await way(outside, ''), 'without an envelope')
    assert.isUndefined((await trustOf(plain('anna@posta.test', `Return-Path: <anna@posta.test>\r\n${outside}`), { resolve: withSpf }, { listener: true }))?.checks, 'anybody may have written it')
  })

  test('DNS that is away, slow or not to be asked: not checked, and the mail is there', async ({ assert }) => {
    const away = async () => {
      throw Object.assign(new Error('timeout'), { code: 'ETIMEOUT' })
    }
    assert.isUndefined(await trustOf(await signed(), { resolve: away }))
    forgetNames()
    assert.isUndefined(await trustOf(await signed(), { resolve: () => new Promise(() => {}) }))
    assert.isUndefined(await trustOf(await signed(), {}))
    let asked = 0
    await trustOf(await signed(), { resolve: (...question: [string, string]) => (asked++, resolve(...question)) }, { 'trust.dns': false })
    assert.equal(asked, 0)
  }).timeout(15_000)

  test('names are asked for once', async ({ assert }) => {
    let asked = 0
    const counting = (name: string, type: string) => (asked++, resolve(name, type))
    await trustOf(await signed(), { resolve: counting })
    const first = asked
    await trustOf(await signed(), { resolve: counting })
    assert.equal(asked, first)
  })
})

test.group('E-mail | what the spam filters say', () => {
  const spam = async (headers: string, config: Config = {}, body?: string) => (await read(`From: a@b.test\n${headers}`, config, body)).spam

  test('SpamAssassin, rspamd, Exchange and those that only say yes', async ({ assert }) => {
    assert.containSubset(await spam('X-Spam-Flag: YES\nX-Spam-Status: Yes, score=12.3 required=5.0 tests=BAYES_99,HTML_MESSAGE'), { verdict: 'spam', score: 12.3, reasons: ['SpamAssassin', 'BAYES_99', 'HTML_MESSAGE'] })
    assert.containSubset(await spam('X-Spam-Status: No, score=-1.2 required=5.0'), { verdict: 'ham', score: -1.2 })
    assert.containSubset(await spam('X-Spamd-Result: default: True [12.30 / 15.00];\n BAYES_SPAM(5.10)[99%]; R_SPF_ALLOW(-0.20)[+ip4]'), { verdict: 'spam', score: 12.3, reasons: ['rspamd', 'BAYES_SPAM'] })
    assert.containSubset(await spam('X-Rspamd-Action: no action\nX-Spamd-Result: default: False [1.30 / 15.00]'), { verdict: 'ham', score: 1.3 })
    assert.containSubset(await spam('X-MS-Exchange-Organization-SCL: 6'), { verdict: 'spam', score: 6 })
    assert.containSubset(await spam('X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:SPM;SCL:5;CAT:PHSH;'), { verdict: 'spam' })
    assert.containSubset(await spam('X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:NSPM;SCL:1;CAT:NONE;'), { verdict: 'ham', score: 1 })
    assert.containSubset(await spam('X-Gm-Spam: 1'), { verdict: 'spam' })
    assert.isUndefined(await spam('X-Mailer: x'))
  })

  test('rspamd of our own over HTTP, with its faults', async ({ assert }) => {
    const rspamd = await new FakeRspamd().start()
    try {
      const config = { 'spam.rspamd': rspamd.url, 'spam.password': 'heslo' }
      rspamd.answers.push({ action: 'add header', score: 8.25, required_score: 15, symbols: { BAYES_SPAM: { name: 'BAYES_SPAM', score: 5.1 }, MIME_GOOD: { name: 'MIME_GOOD', score: -0.1 } } })
      assert.deepEqual(await spam('X-Mailer: x', config, 'Výhra'), { verdict: 'spam', score: 8.25, reasons: ['rspamd', 'BAYES_SPAM'] })
      const [request] = rspamd.requests
      assert.include(request.body, 'Výhra')
      assert.equal(request.headers.password, 'heslo')
      assert.equal(request.headers.from, 'a@b.test')

      rspamd.answers.push({ action: 'no action', score: 0.4, required_score: 15, symbols: {} })
      assert.deepEqual(await spam('X-Spam-Flag: YES', config), { verdict: 'spam', reasons: ['SpamAssassin'] })
      rspamd.answers.push(500)
      assert.isUndefined(await spam('X-Mailer: x', config))
      assert.isUndefined(await spam('X-Mailer: x', config))
      assert.lengthOf(rspamd.requests, 3, 'one that has failed is left alone for a while')
    } finally {
      await rspamd.stop()
    }
  })

  test('a real rspamd knows the test spam and lets a question pass', async ({ assert }) => {
    const rspamd = await startRspamd()
    try {
      const config = { 'spam.rspamd': rspamd.url }
      const gtube = ['XJS*C4JDBQADN1.NSBN3*2IDNEN', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL', 'C.34X'].join('*')
      const judged = await spam('X-Mailer: x', config, gtube)
      assert.equal(judged?.verdict, 'spam')
      assert.include(judged?.reasons ?? [], 'rspamd')
      assert.notEqual((await spam('To: info@obchod.test\nDate: Mon, 2 Nov 2026 10:00:00 +0100', config, 'Dobrý den, kdy dorazí zásilka?'))?.verdict, 'spam')
    } finally {
      await rspamd.stop()
    }
  }).timeout(60_000)

  test('the spam folder of the mailbox is counted, not read', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const imap = { 'imap.host': 'imap.obchod.test', 'imap.username': 'info' }
    assert.deepEqual(await checkInbox(givenInbox(imap), mailbox.connect), { ok: true, note: null })
    mailbox.junk = 7
    assert.deepEqual(await checkInbox(givenInbox(imap), mailbox.connect), { ok: true, note: { key: 'check.junk', values: { count: 7, folder: 'Junk' } } })
    assert.lengthOf(mailbox.fetched, 0)
  })
})

