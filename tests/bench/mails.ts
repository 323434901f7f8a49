import { createConnection } from 'node:net'
import iconv from 'iconv-lite'
import { LANGUAGES, dice, letter, person, subject, type Dice } from './texts.js'

/** Beside the mix each is measured alone; the last three stand in no mix. */
export const KINDS = ['plain', 'alternative', 'windows1250', 'photo', 'newsletter', 'history', 'unlabelled', 'invitation'] as const
export type Kind = (typeof KINDS)[number]

/**
 * The reference mix of incoming mail, as a shop gets it: plain and HTML, old charsets, a photograph now and then,
 * a newsletter, and a third of them answers to earlier ones.
 *
 * @param run - makes the ids of one run differ from another's
 * @param only - mails of one kind instead of the mix
 */
export function mailMix(count: number, run: string, only?: Kind): Buffer[] {
  const of = dice(count)
  const threads: { id: string; subject: string; from: string }[] = []
  return Array.from({ length: count }, (_, n) => {
    const id = `<${run}.${n}@posta.test>`
    const kind: Kind = only ?? of.weighed({ plain: 40, alternative: 32, windows1250: 10, photo: 10, newsletter: 8 })
    const answered = kind !== 'newsletter' && threads.length > 0 && of.roll() < 0.35 ? of.one(threads) : null
    const language = of.weighed(LANGUAGES)
    const about = answered ? `Re: ${answered.subject}` : subject(of, language)
    const from = answered?.from ?? `${encoded(person(of))} <${run}.${n}@posta.test>`
    if (!answered) threads.push({ id, subject: about, from })
    const head = [
      'Received: from mx.posta.test (mx.posta.test [192.0.2.7]) by kavarna.test with ESMTPS; Mon, 23 Nov 2026 09:00:00 +0100',
      `Date: ${new Date(Date.now() - (count - n) * 1000).toUTCString()}`,
      `From: ${from}`,
      'To: info@kavarna.test',
      `Message-ID: ${id}`,
      `Subject: ${encoded(about)}`,
      ...(answered ? [`In-Reply-To: ${answered.id}`, `References: ${answered.id}`] : []),
      ...(kind === 'newsletter' ? ['List-Unsubscribe: <https://posta.test/ven>', 'Precedence: bulk'] : []),
      'MIME-Version: 1.0',
    ]
    const text = letter(of, kind === 'windows1250' ? 'cs' : language) + (answered ? `\r\n\r\nDne 22. 11. 2026 v 10:00 napsal(a) info:\r\n> ${answered.subject}\r\n> Děkujeme za zprávu.` : '')
    return Buffer.concat([Buffer.from(head.join('\r\n') + '\r\n'), body(kind, text, of)])
  })
}

function body(kind: Kind, text: string, of: Dice): Buffer {
  const plain = `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(Buffer.from(text))}`
  const html = (inner: string) => `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(Buffer.from(`<html><body><style>p{margin:0}</style>${inner}</body></html>`))}`
  const paragraphs = text.split('\n').map((line) => `<p style="font-family:Arial">${line}</p>`).join('')
  if (kind === 'plain') return Buffer.from(plain)
  if (kind === 'windows1250') return Buffer.concat([Buffer.from('Content-Type: text/plain; charset=windows-1250\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'), iconv.encode(text.replace(/\r?\n/g, '\r\n'), 'win1250')])
  if (kind === 'alternative') return parts('alternative', [plain, html(paragraphs)])
  if (kind === 'newsletter') return Buffer.from(html(`<table>${Array.from({ length: 40 }, (_, n) => `<tr><td><a href="https://posta.test/${n}">${text.slice(0, 80)}</a></td></tr>`).join('')}</table>`))
  if (kind === 'unlabelled') return Buffer.concat([Buffer.from('Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'), iconv.encode(text.replace(/\r?\n/g, '\r\n'), 'iso-8859-2')])
  if (kind === 'history') {
    const old = Array.from({ length: 12 }, (_, n) => `<blockquote>${paragraphs}<p>${n}</p>`).join('') + '</blockquote>'.repeat(12)
    return parts('alternative', [`Content-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n\r\nDne 22. 11. 2026 v 10:00 napsal(a) info <info@kavarna.test>:\r\n${text.split('\n').map((line) => `> ${line}\r\n`).join('').repeat(12)}`, html(`${paragraphs}<div class="gmail_quote">${old}</div>`)])
  }
  if (kind === 'invitation') {
    const calendar = `BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Předání\r\nDTSTART;TZID=Europe/Prague:20261105T100000\r\nDTEND;TZID=Europe/Prague:20261105T110000\r\nORGANIZER;CN=Jana:mailto:jana@posta.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
    return parts('alternative', [plain, `Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n${calendar}`])
  }
  const photo = Buffer.alloc(60_000 + of.below(80_000), of.below(256))
  photo.set([0xff, 0xd8, 0xff, 0xe0])
  photo.writeUInt32LE(of.below(2 ** 31), 20)
  return parts('mixed', [plain, `Content-Type: image/jpeg; name="foto.jpg"\r\nContent-Disposition: attachment; filename="foto.jpg"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(photo)}`])
}

function parts(kind: string, list: string[]): Buffer {
  return Buffer.from(`Content-Type: multipart/${kind}; boundary="hranice"\r\n\r\n${list.map((part) => `--hranice\r\n${part}\r\n`).join('')}--hranice--\r\n`)
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`

/**
 * Hands mails to an SMTP server over ten connections, half of what a postfix opens that forwards them; settles when each
 * was answered with 250. It does little itself, for it shares the machine with what it measures.
 */
export async function submit(port: number, mails: readonly Buffer[], connections = 10) {
  // In one piece, as mail servers send them (RFC 2920).
  const envelope = Buffer.from('MAIL FROM:<odesilatel@posta.test>\r\nRCPT TO:<info@kavarna.test>\r\nDATA\r\n')
  const pieces = mails.map((mail) => [envelope, stuffed(mail)])
  let next = 0
  await Promise.all(Array.from({ length: connections }, () => session(port, () => (next < pieces.length ? pieces[next++] : null))))
}

/** One connection: greeting, then for each mail its envelope (three answers) and its bytes (one). */
function session(port: number, take: () => Buffer[] | null): Promise<void> {
  return new Promise((done, fail) => {
    const socket = createConnection(port, '127.0.0.1')
    let heard = ''
    let mail: Buffer[] = []
    let expected = ['220']
    const goOn = () => {
      if (mail.length === 0) {
        const taken = take()
        if (!taken) return void socket.end('QUIT\r\n')
        mail = taken
        expected = ['250', '250', '354']
      } else expected = ['250']
      socket.write(mail[0])
      mail = mail.slice(1)
    }
    let greeted = false
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      heard += text
      const lines = heard.split('\r\n')
      heard = lines.pop()!
      for (const line of lines) {
        if (line[3] === '-' || line.startsWith('221')) continue
        if (!line.startsWith(expected[0])) return void socket.destroy(new Error(`The SMTP listener said ${line}`))
        expected.shift()
        if (expected.length > 0) continue
        if (greeted) goOn()
        else {
          greeted = true
          mail = []
          expected = ['250']
          socket.write('EHLO bench\r\n')
        }
      }
    })
    socket.on('error', fail)
    socket.on('close', () => (mail.length === 0 && expected.length === 0 ? done() : fail(new Error('The SMTP listener hung up'))))
  })
}

/** The bytes with their end: a line that begins with a dot gets a second one. */
function stuffed(mail: Buffer): Buffer {
  const dotted = mail.includes('\n.') ? Buffer.from(mail.toString('latin1').replace(/^\./gm, '..'), 'latin1') : mail
  return Buffer.concat([dotted, Buffer.from('\r\n.\r\n')])
}
