import type { Headers } from './headers.js'
import { cutReturned, MAX_REPORT } from './bounce_returned.js'

/*
 * Reports of mail servers that do not follow RFC 3464: Exim, qmail, Exchange, Gmail, Domino and many
 * more write for people. What they have in common is read: an address, what was said about it, and
 * below it the mail that came back.
 */

export interface Told {
  readonly recipient: string
  readonly original?: string
  readonly status?: string
  readonly diagnostic?: string
}

/** Twice what RFC 5322, 2.1.1 allows; no report needs more, and an endless line would cost time. */
const MAX_LINE = 2000
const ADDRESS = /[a-z0-9._%+=/!#$&'*?^`{|}~-]{1,100}@[a-z0-9](?:[a-z0-9.-]{0,120}[a-z0-9])?/gi
const STATUS = /(?:^|[\s#(<\[;:"'])([245]\.\d{1,3}\.\d{1,3})(?![.\d])/
const CODE = /(?:^|[\s(<\[;:#"'])[45][0-5]\d(?:[\s\-#]|$)/
/** Whom it was sent on from, behind the address that failed. */
const SENT_ON = /\((?:ultimately )?(?:expanded|generated) from:?\s{1,40}<?([^\s<>()]{1,100}@[^\s<>()]{1,200})>?\)/gi
/** A line of the summary of our own mail ("Your message To: … Subject: …"): it says to whom it was to go, not who failed. */
const SUMMARY = /^(?:to|cc|bcc|from|sender|subject|sent|date|reply-to|return-path|message-id|mail from|original (?:sender|address)|komu|předmět|do|temat|an|betreff)\s*:/iu
const LABEL =
  /^(?:(?:[-*•#]+|\d+[.)]|(?:failed |final |original-?|e-?mail |the )?(?:address|recipients?|user(?:id| name)?|mailbox)(?: address)?|rcpt to|e-?mail|error-for|rejected-for|final-recipient: rfc822;|příjemce|odbiorca|adresát|empfänger|destinataire|destinatario|παραλήπτης)\s*:?\s+)/iu
/** "Unknown user: jana@…", "Unable to deliver message to <jana@…>": the address ends a line of words. */
const NAMED = /(?:unknown|invalid|undeliver\w*|deliver\w*|fail\w*|error|reject\w*|recipients?|mailbox|user|userid|rcpt|address|not exist|nedoru\w*|niedostarcz\w*)/i

/**
 * What the text tells of whom, in its order.
 *
 * @param attached - headers of the mails that came back as files
 */
export function readTold(headers: Headers, whole: string, own: readonly string[], from: string, attached: readonly Headers[] = []): Told[] {
  const { report, returned } = cutReturned(whole)
  const not = new Set([...own, from, ...headers.addresses('to').map(({ value }) => value)].map((address) => address.toLowerCase()))
  const failed = (headers.text('x-failed-recipients') ?? '').match(ADDRESS) ?? []
  const sentOn: string[] = []
  const plain = report.replace(SENT_ON, (_, address: string) => (sentOn.push(address), ''))
  const lines = linesOf(plain)

  const alone = failed.length > 0 ? unique(failed, new Set()) : standingIn(lines, not)
  const local = alone.length > 0 ? [] : localNames(lines, from)
  if (local.length > 0) return local
  const inWords = alone.length > 0 ? alone : mentionedIn(lines, not)
  const named = inWords.length > 0 ? inWords : unique(sentOn, not)
  const recipients = named.length > 0 ? named : unique([returned, ...attached].flatMap((one) => one?.addresses('to').map(({ value }) => value) ?? []), not).slice(0, 1)
  const shared = sharedDiagnostic(lines)
  return recipients.map((recipient, index) => {
    const said = saidAbout(lines, recipient, recipients) ?? shared
    const status = STATUS.exec(said ?? '')?.[1] ?? STATUS.exec(shared ?? '')?.[1]
    const original = sentOn.length === recipients.length && sentOn[index] !== recipient ? sentOn[index] : undefined
    return { recipient, ...(original ? { original } : {}), ...(status && !status.startsWith('2') ? { status } : {}), ...(said ? { diagnostic: said.slice(0, 1000) } : {}) }
  })
}

/** What the part for people says of one whom the part for machines names. */
export function toldOf(whole: string, recipient: string): string | null {
  const lines = linesOf(cutReturned(whole).report.replace(SENT_ON, ''))
  return saidAbout(lines, recipient, [recipient]) ?? sharedDiagnostic(lines)
}

function linesOf(text: string): string[] {
  return text
    .slice(0, MAX_REPORT)
    .split('\n')
    .map((line) => line.slice(0, MAX_LINE).replace(/^[>\s]+/, '').trimEnd())
}

/** Addresses that stand for themselves. */
function standingIn(lines: readonly string[], not: ReadonlySet<string>): string[] {
  const said = lines.filter((line) => !SUMMARY.test(line))
  // "The address to which your message was addressed, jana@…, did not match": the others of such a report are advice.
  const addressed = unique([.../\b(?:was|were) (?:addressed|directed|sent)(?: to)?[ ,:]{1,3}<?([^\s<>,;"']{1,100}@[^\s<>,;"']{1,200})>?[,; ]/i.exec(`${said.join(' ').slice(0, 3000)} `) ?? []].slice(1).filter(isAddress), not)
  if (addressed.length > 0) return addressed
  return unique(said.flatMap((line) => alone(line) ?? []).filter(isAddress), not)
}

const alone = (line: string) =>
  /^["'<(«]*(?:smtp:|mailto:)?([^\s"'<>()«»,;:[\]]+@[^\s"'<>()«»,;:[\]]+)["'>)»]*\s*(?:$|:|\.{3}|\(|,|;|<|-|\bon\b)/i.exec(line.replace(LABEL, ''))?.[1] ?? /;(?:dda:)?smtp=([^\s;]{1,100}@[^\s;]{1,200})/i.exec(line)?.[1]

/** Addresses that begin or end a line, or that a command names; then those of a sentence. They may be advice, so even a bare name that stands for itself comes before them. */
function mentionedIn(lines: readonly string[], not: ReadonlySet<string>): string[] {
  const said = lines.filter((line) => !SUMMARY.test(line))
  const ways: ((line: string) => string | undefined)[] = [
    (line) => (line.length < 160 && NAMED.test(line) ? /(?:^|[\s:<"'(])([^\s"'<>()«»,;:[\]]+@[^\s"'<>()«»,;:[\]]+)[>"')»]*\.?$/.exec(line)?.[1] : undefined),
    (line) => /^<?([^\s"'<>()«»,;:[\]]+@[^\s"'<>()«»,;:[\]]+)>?\s/.exec(line)?.[1],
    (line) => /^(?:[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3} )?|(?:sent )?[<>]{0,3} ?rcpt to:)\s*<([^\s<>]+@[^\s<>]+)>/i.exec(line)?.[1] ?? /^(?:sent )?[<>]{0,3} ?rcpt to:\s*<?([^\s<>]+@[^\s<>]+)>?$/i.exec(line)?.[1],
  ]
  for (const way of ways) {
    const found = unique(said.flatMap((line) => way(line) ?? []).filter(isAddress), not)
    if (found.length > 0) return found
  }
  const named = unique(said.flatMap((line) => line.replace(/\bfrom:?\s+<?\S+@\S+/gi, ' ').match(ADDRESS) ?? []), not)
  if (named.length > 0) return named.slice(0, 1)
  return unique(lines.filter((line) => /^(?:to|cc|komu|do|an)\s*:/iu.test(line)).flatMap((line) => line.match(ADDRESS) ?? []), not)
}

/** Some name whom they know only (AOL, GroupWise): then it is one of theirs. */
function localNames(lines: readonly string[], from: string): Told[] {
  const at = lines.findIndex((line) => /(?:following|recipients?|address(?:es)?|addressees?)[^\n]{0,120}:$/i.test(line))
  const domain = /@([^@\s]{3,200})$/.exec(from)?.[1]
  if (at === -1 || !domain) return []
  const below = lines.slice(at + 1).filter((line) => line !== '')
  const found = below.map((line) => /^([\w.+-]{2,64})(?:\s*\(([^()]{3,100})\)|\s{4,}(.{3,100}))?$/.exec(line))
  const until = found.indexOf(null)
  const why = tidyUp(lines.slice(lines.lastIndexOf('', at) + 1, at + 1))
  return found.slice(0, until === -1 ? 50 : until).map((one) => ({ recipient: `${one![1]}@${domain}`, diagnostic: one![2] ?? one![3] ?? why }))
}

function isAddress(text: string) {
  return text.length <= 250 && text.match(ADDRESS)?.[0].length !== undefined
}

function unique(addresses: readonly string[], not: ReadonlySet<string>): string[] {
  const seen = new Set<string>()
  return addresses
    .map((address) => address.replace(/^['"`]+|[.>'"`]+$/g, ''))
    .filter((address) => {
      const key = address.toLowerCase()
      if (not.has(key) || seen.has(key) || /^(?:mailer-daemon|postmaster|abuse|hostmaster|support|webmaster)@/.test(key)) return false
      seen.add(key)
      return true
    })
    .slice(0, 50)
}

/** What stands in the line of the address and below it, up to the next one or an empty line after words; else the line above. */
function saidAbout(lines: readonly string[], recipient: string, all: readonly string[]): string | null {
  const key = recipient.toLowerCase()
  const others = all.map((one) => one.toLowerCase()).filter((one) => one !== key)
  const starts = lines.flatMap((line, index) => (line.toLowerCase().includes(key) && !SUMMARY.test(line) ? [index] : []))
  let plain: string | null = null
  for (const start of starts) {
    const said: string[] = []
    const line = lines[start].trim()
    const at = line.toLowerCase().indexOf(key)
    const rest = line.slice(at + key.length).replace(/^[>"')\]\s:.,;-]+/, '')
    const before = line.slice(0, at).replace(/[<"'([\s:]+$/, '')
    if (CODE.test(` ${line} `) || STATUS.test(line)) said.push(line)
    else if (rest && !/^on \p{L}{0,4},? ?\d/iu.test(rest) && before.length < 12) said.push(rest)
    else if (/\p{L}{3,}\W+\p{L}{2,}/u.test(before)) said.push(line)
    for (let index = start + 1; index < lines.length && said.join(' ').length < 900; index++) {
      const next = lines[index].trim()
      if (others.some((other) => next.toLowerCase().includes(other) && !CODE.test(` ${next} `))) break
      if (others.some((other) => next.toLowerCase().startsWith(other) || next.toLowerCase().startsWith(`<${other}`))) break
      if (next === '') {
        if (said.length > 0) break
        continue
      }
      if (/^[-_=*]{3,}/.test(next) && said.length > 0) break
      said.push(next)
    }
    const words = tidyUp(said.length > 0 ? said : [lines[start - 1] ?? ''])
    if (words && (CODE.test(` ${words} `) || STATUS.test(words))) return words
    plain ??= words || null
  }
  // Gmail and others name the address here and quote the server further down.
  const further = sharedDiagnostic(lines)
  return further && all.length === 1 ? further : plain
}

/** The first paragraph with a code of SMTP in it, or what follows "because". */
function sharedDiagnostic(lines: readonly string[]): string | null {
  const paragraphs = lines.map((line) => line.trim()).join('\n').split(/\n{2,}/)
  const coded = paragraphs.map((one) => one.split('\n')).map((one) => {
    const at = one.findIndex((line) => (CODE.test(` ${line} `) || STATUS.test(line)) && !/^(?:date|sent|subject|message-id)\s*:/i.test(line))
    return at === -1 ? null : tidyUp(one.slice(Math.max(0, at - 1)))
  })
  const found = coded.find(Boolean)
  if (found) return found
  const text = lines.join('\n')
  const because = /(?:because|reason|errmsg|the error (?:was|message)|error|response|diagnostic|d[uů]vod|powód|grund|причин\w*)\s*(?:was|is)?\s*[:=]\s*\n*([^\n]{3,300}(?:\n[^\n]{3,300}){0,3})/iu.exec(text)
  return because ? tidyUp(because[1].split('\n')) : null
}

function tidyUp(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 1000)
}
