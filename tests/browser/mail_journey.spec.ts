import iconv from 'iconv-lite'
import type { Page } from 'playwright'
import { test } from '@japa/runner'
import { SmtpSink } from '../fakes/smtp_sink.js'
import { startDesk, type Desk } from '../servers/desk.js'
import { startDovecot, type Dovecot } from '../servers/dovecot.js'
import { closeWindows, complaints, live, openWindow, until } from '../window.js'

const PETR = { name: 'Petr Novák', email: 'petr@obchod.test', password: 'tajne heslo 2' }
const JANA = { name: 'Jana Bílá', email: 'jana@obchod.test', password: 'tajne heslo 3' }
const QUESTION = 'Dobrý den, přišel mi špatný šroub. Můžete ho vyměnit?'
const NOTE = 'Pozor: zákazník už jednou reklamoval'

/** The whole way of a mail: real mail servers on both sides, the real server process, two browsers. */
test.group('Journeys | a mail and two agents', (group) => {
  let desk: Desk
  let dovecot: Dovecot
  let sink: SmtpSink
  group.each.teardown(closeWindows)
  group.setup(async () => {
    ;[dovecot, sink, desk] = await Promise.all([startDovecot(), new SmtpSink().start(), startDesk()])
    for (const person of [PETR, JANA]) await desk.api('POST', '/agents', { ...person, role: 'agent', language: 'en' })
    await desk.api('POST', '/inboxes', {
      channel: 'email',
      name: 'Obchod',
      undo_seconds: 0,
      config: {
        address: 'info@obchod.test',
        imap: { host: '127.0.0.1', port: dovecot.port, tls: 'none', username: 'info', password: dovecot.password },
        smtp: { host: '127.0.0.1', port: sink.port, tls: 'none' },
      },
    })
    // The first mail is fetched as soon as the loop begins; from then on the connection idles.
    await dovecot.deliver('info', mail({ subject: 'Dotaz na otevírací dobu', id: 'nulty', text: 'Kdy máte otevřeno?' }))
    await until('the first ticket', async () => (await desk.api('GET', '/tickets')).data.length === 1, 30_000)
    return async () => {
      await desk.stop()
      await sink.stop()
      await dovecot.stop()
    }
  })

  test('it comes into both lists by itself, is answered with a file, threads, and the answer opens the same ticket again', async ({ assert, browser }) => {
    const [petr, jana] = await Promise.all([openWindow(browser, desk.url, PETR), openWindow(browser, desk.url, JANA)])
    for (const page of [petr, jana]) {
      await page.goto('/views/waiting')
      await live(page)
      await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
    }

    const untilBothShow = async (raw: Parameters<typeof dovecot.deliver>[1], subject: string) => {
      await dovecot.deliver('info', raw)
      const from = Date.now()
      await Promise.all([petr, jana].map((page) => row(page, subject).waitFor()))
      return Date.now() - from
    }
    let took = await untilBothShow(withFile(), 'Reklamace šroubu')
    // A machine that was busy with something else just then is asked again; a desk that is slow stays slow.
    for (let again = 1; again <= 2 && took >= 2000; again++) took = await untilBothShow(mail({ subject: `Znovu ${again}`, id: `znovu${again}`, text: 'Ještě jednou.' }), `Znovu ${again}`)
    assert.isBelow(took, 2000, 'both lists show it within two seconds')
    assert.isTrue(await jana.evaluate(() => 'neverReloaded' in window))

    await row(petr, 'Reklamace šroubu').click()
    await petr.locator('#thread').getByText(QUESTION).waitFor()
    const file = petr.locator('#thread a.file', { hasText: 'šroub.jpg' })
    assert.equal((await (await petr.request.get((await file.getAttribute('href'))!)).body()).length, 10)
    await petr.locator('#ticket').getByRole('button', { name: 'Take' }).click()
    await row(jana, 'Reklamace šroubu').locator('.row__owner', { hasText: 'Petr' }).waitFor()

    await petr.click('[data-mode-tab="note"]')
    await petr.fill('#note-text', NOTE)
    await petr.click('#note-form button[type="submit"]')
    await petr.locator('.entry--note', { hasText: NOTE }).waitFor()
    await petr.fill('#reply-text', 'Posíláme nový šroub, návod je v příloze.')
    await petr.setInputFiles('#reply-form input[type="file"]', { name: 'návod.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 návod') })
    await petr.locator('#reply-form [data-files] li', { hasText: 'návod.pdf' }).waitFor()
    await petr.locator('#reply-form').getByRole('button', { name: 'Send to Karla' }).click()
    await petr.locator('.entry--out .delivery', { hasText: 'Sent' }).waitFor()

    await sink.received(1)
    assert.lengthOf(sink.mails, 1)
    const sent = sink.mails[0]
    const number = petr.url().match(/tickets\/(\d+)/)![1]
    assert.deepEqual(sent.to, ['karla@posta.test'])
    assert.equal(sent.mail.subject, `Re: Reklamace šroubu [#${number}]`)
    assert.equal(sent.mail.inReplyTo, '<prvni@posta.test>')
    assert.include([sent.mail.references].flat(), '<prvni@posta.test>')
    assert.include(sent.mail.text!, 'Posíláme nový šroub, návod je v příloze.')
    assert.deepEqual(sent.mail.attachments.map(({ filename, content }) => [filename, content.toString()]), [['návod.pdf', '%PDF-1.4 návod']])

    await petr.locator('#ticket').getByRole('button', { name: 'Resolve' }).click()
    await petr.locator('.ticket__facts .pill', { hasText: 'Resolved' }).waitFor()
    await dovecot.deliver('info', mail({ subject: 'Re: Reklamace šroubu', id: 'druhy', text: 'Ještě jedna věc: kdy přijde?', answers: sent.mail.messageId! }))
    await petr.locator('#thread').getByText('Ještě jedna věc: kdy přijde?').waitFor()
    await petr.locator('.ticket__facts .pill', { hasText: 'Open' }).waitFor()
    assert.lengthOf((await desk.api('GET', '/tickets')).data, 2)

    const told = [sent.raw.toString(), sent.mail.text, sent.mail.html, JSON.stringify(await desk.api('GET', `/tickets/${number}/messages`))].join()
    assert.notInclude(told, 'jednou reklamoval')
    assert.include(JSON.stringify(await desk.api('GET', `/tickets/${number}/notes`)), NOTE)
    assert.deepEqual([...complaints(petr), ...complaints(jana)], [])
  })

  test('while a hand is in the list nothing moves: a bar says how many are new, and the pointer leaving brings them', async ({ assert, browser }) => {
    const page = await openWindow(browser, desk.url, PETR)
    await page.goto('/views/waiting')
    await live(page)
    await page.hover('#list .row')
    await dovecot.deliver('info', mail({ subject: 'Dostupnost kávovaru', id: 'treti', text: 'Máte ho skladem?' }))
    await page.locator('#list .list__news', { hasText: '1 new' }).waitFor()
    assert.equal(await row(page, 'Dostupnost kávovaru').count(), 0)
    await page.mouse.move(5, 5)
    await row(page, 'Dostupnost kávovaru').waitFor()
    assert.equal(await page.locator('#list .list__news').count(), 0)
  })
})

const row = (page: Page, subject: string) => page.locator('#list .row', { hasText: subject })

function mail({ subject, id, text, answers }: { subject: string; id: string; text: string; answers?: string }) {
  const head = [`From: Karla Nová <karla@posta.test>`, 'To: info@obchod.test', `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=`, `Message-ID: <${id}@posta.test>`, `Date: ${new Date().toUTCString()}`, ...(answers ? [`In-Reply-To: ${answers}`, `References: <prvni@posta.test> ${answers}`] : []), 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8']
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}\r\n`)
}

/** As an older mail program sends it: windows-1250 in the words and a file with a Czech name. */
function withFile() {
  const words = iconv.encode(QUESTION, 'windows-1250').toString('base64')
  const subject = `=?windows-1250?B?${iconv.encode('Reklamace šroubu', 'windows-1250').toString('base64')}?=`
  const name = `=?windows-1250?B?${iconv.encode('šroub.jpg', 'windows-1250').toString('base64')}?=`
  return `From: Karla =?windows-1250?Q?Nov=E1?= <karla@posta.test>\r\nTo: info@obchod.test\r\nSubject: ${subject}\r\nMessage-ID: <prvni@posta.test>\r\nDate: ${new Date().toUTCString()}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain; charset=windows-1250\r\nContent-Transfer-Encoding: base64\r\n\r\n${words}\r\n--m\r\nContent-Type: image/jpeg; name="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/4AAQSkZJRg==\r\n--m--\r\n`
}
