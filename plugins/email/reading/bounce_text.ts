import type { Headers } from './headers.js'
import { parseHeaders } from './header_block.js'

/*
 * Reports of mail servers that do not follow RFC 3464: Exim, qmail, Exchange, Gmail, Domino and many
 * more write for people. What they have in common is read: an address, what was said about it, and
 * below it the mail that came back.
 */

export interface Told {
  readonly recipient: string
  readonly status?: string
  readonly diagnostic?: string
}

/** Who writes such reports, in the address or in the name. */
const DAEMONS =
  /mailer-?daemon|post-?master|mail[ _-]?(?:delivery|administrator|daemon|system|router)|delivery[ _-](?:sub)?system|delivery[ _-](?:status|failure)|system administrator|mailmarshal|mmdf|courier mail|microsoft exchange|systemadministrator|bounce[sd]?\b|mdaemon|imail|symantec|messagelabs|root@|noreply-?(?:mail)?delivery|returned mail|mail server|сервер/i

const SUBJECTS =
  /undeliver|deliver\w*[^\n]{0,20}(?:fail|error|problem|unsuccess|notification|report|status|delay|warning|impossible)|(?:fail\w*|error|problem|unable|could ?n[o']t|cannot|not able)[^\n]{0,40}(?:deliver|sen[dt])|(?:non|un|not)[ -]?(?:be )?deliver|returned (?:e-?)?mail|return(?:ed|ing) (?:message|to sender)|mail (?:system )?(?:error|failure|delivery)|failure (?:notice|delivery|report)|failed mail|bounce|mail could not|message (?:could not|status|delayed|not sent)|delayed|warning:? (?:message|could not|mail)|user unknown|dsn\b|unzustellbar|nicht zugestellt|zustellung|fehlgeschlagen|nedoru[cč]|nelze doru[cč]it|doru[cč]en[ií]|nie (?:można|dostarczono|udało)|niedostarcz|zwrot|échec|non remis|remise|entrega|no entregado|devuelt|mancat[oa] recapit|consegna|recapito|onbestelbaar|bezorg|mislukt|kézbesít|nevaloare|nelivr|недоставлен|не доставлен|доставк|αποτυχία|παράδοση|adresát|leverans|levering|toimit|teslim|配信|送信|邮件|退信|配達/iu

/** The report's own words that it is one, in its first lines. */
const SENTENCES =
  /(?:could ?n[o']t|cannot|can'?t|unable to|was not|were not|not be(?:en)?|failed to|did not|has not been|wasn'?t)\b[^\n.]{0,60}(?:deliver|reach|sent\b|send\b|mailed)|deliver[^\n.]{0,60}(?:fail|impossible|permanent|unsuccess)|permanent (?:fatal )?error|undeliver|fatal errors|returned (?:to (?:you|sender)|mail)|(?:following|these) (?:e-?mail )?(?:address|recipient)|has (?:been )?bounced|mail delivery software|qmail-send|non-deliver|not delivered|nemohla? být doručen|nepoda[rř]ilo[^\n]{0,40}doru[cč]|nedoru[cč]|nie m[oó]g[lł]a? zosta[cć]|nie zosta[lł]a? dostarcz|nicht zugestellt|n'a (?:pas )?pu [eê]tre|no (?:se )?(?:ha )?pud?o? (?:ser )?entreg|impossibile[^\n]{0,20}(?:recapit|consegn)|не может быть доставлен|не удалось доставить|не было доставлено|δεν (?:ήταν δυνατή|παραδόθηκε)|配信できません|送信できません/iu

/** From here on it is the mail that came back. */
const RETURNED: readonly RegExp[] = [
  /^[ \t>]*-{2,}[^\n]{0,40}(?:copy of (?:the|your) (?:message|mail|original)|original (?:message|mail|e-?mail)|(?:returned|unsent|undelivered|your|failed|bounced) (?:message|mail)|message (?:header|text|follows)|headers? of|the header|forwarded message|start of|text of|část|původní)[^\n]*$/imu,
  /^[ \t>]*(?:below (?:this line )?is (?:a copy|the)|the (?:original|following|first part of the|header)[^\n]{0,60}(?:message|mail|header)s?[^\n]{0,40}(?:follow|was|:)|original message (?:follows|headers)|a copy of (?:the|your)|message headers? (?:follow|:)|your message (?:reads|began)|(?:here|this) is (?:a copy of )?your message|original message|your original message|unsent message|diagnostic information for administrators[^\n]{0,5}$|reporting-mta:)[^\n]*$/imu,
  /^[ \t>]*(?:return-path|received|delivered-to|dkim-signature|x-[a-z-]{3,40}|message-id|mime-version):[ \t][^\n]*\n[ \t>]*[\w-]{2,40}:/im,
]

const ADDRESS = /[a-z0-9._%+=/!#$&'*?^`{|}~-]{1,100}@[a-z0-9](?:[a-z0-9.-]{0,120}[a-z0-9])?/gi
const STATUS = /(?:^|[\s#(<\[;:"'])([245]\.\d{1,3}\.\d{1,3})(?![.\d])/
const CODE = /(?:^|[\s(<\[;:#"'])[45][0-5]\d(?:[\s\-#]|$)/
const MAX_TEXT = 60_000

/** Whether a mail without a standard part is a report all the same: by its sender and by two more signs, never by its subject alone. */
export function looksLikeBounce(headers: Headers, from: string, name: string, subject: string, text: string): boolean {
  if (headers.has('x-failed-recipients')) return true
  if (/^(?:re|aw|odp|sv|vs|fwd?|fw|wg|pd)\s*:/i.test(subject)) return false
  const nobody = headers.all('return-path').some((path) => /^<?\s*(?:mailer-daemon[^>]*)?\s*>?$/i.test(path.trim()))
  const daemon = DAEMONS.test(from.split('@')[0] + '@') || DAEMONS.test(name) || from === '' || !from.includes('@')
  const report = /^multipart\/report\b/i.test(headers.text('content-type') ?? '')
  const told = SENTENCES.test(text.slice(0, 6000))
  const titled = SUBJECTS.test(subject)
  if (daemon || nobody || report) return told || (titled && (daemon || report))
  return false
}

/** What the text tells of whom, in its order. */
export function readTold(headers: Headers, whole: string, own: readonly string[], from: string): Told[] {
  const text = whole.slice(0, MAX_TEXT).replace(/\r\n?/g, '\n')
  const { report, returned } = cutReturned(text)
  const not = new Set([...own, from, ...headers.addresses('to').map(({ value }) => value)].map((address) => address.toLowerCase()))
  const failed = (headers.text('x-failed-recipients') ?? '').match(ADDRESS) ?? []
  const lines = report.split('\n').map((line) => line.replace(/^[>\s]+/, '').trimEnd())

  const wanted = failed.length > 0 ? unique(failed, new Set()) : recipientsIn(lines, not)
  const recipients = wanted.length > 0 ? wanted : unique(returned?.addresses('to').map(({ value }) => value) ?? [], not).slice(0, 1)
  if (recipients.length === 0) return []
  const shared = sharedDiagnostic(lines)
  return recipients.map((recipient) => {
    const said = saidAbout(lines, recipient, recipients) ?? shared
    const status = STATUS.exec(said ?? '')?.[1] ?? STATUS.exec(shared ?? '')?.[1]
    return { recipient, ...(status && !status.startsWith('2') ? { status } : {}), ...(said ? { diagnostic: said.slice(0, 1000) } : {}) }
  })
}

/** The headers of the mail that came back, where it stands in the text. */
export function returnedInText(whole: string): Headers | null {
  return cutReturned(whole.slice(0, MAX_TEXT).replace(/\r\n?/g, '\n')).returned
}

/** That it only takes longer: the mail is still on its way. */
export function isDelay(subject: string, text: string): boolean {
  const words = `${subject}\n${cutReturned(text.slice(0, 8000).replace(/\r\n?/g, '\n')).report}`
  if (/(?:permanent(?:ly)?|fatal|giving up|gave up|no further|will not be retried|has (?:been )?(?:expired|failed)|could not be delivered (?:to|for \d))/i.test(words) && !/warning message only|still (?:being )?(?:re)?try|not (?:yet )?(?:a )?permanent|do not need to resend/i.test(words)) return false
  return /\bdelay(?:ed)?\b|warning: (?:message|could not|mail)|this is a warning|you do(?: not|n'?t) need to re-?send|(?:will|continue to|keep) (?:be )?(?:re-?)?try(?:ing)?|will be (?:re)?tried|not yet been delivered|has not yet been|still (?:being )?(?:re)?tr(?:y|ied)|temporary (?:failure|problem)[^\n]{0,60}try|zpožděn|opóźnion|verzögert|retard(?:é|ado)|задерж/iu.test(words)
}

function cutReturned(text: string): { report: string; returned: Headers | null } {
  let at = -1
  for (const pattern of RETURNED) {
    const found = pattern.exec(text)
    // A report that begins with the mail itself has its words below it.
    if (found && found.index > 0 && (at === -1 || found.index < at)) at = found.index
  }
  if (at === -1) return { report: text, returned: headersIn(text) }
  return { report: text.slice(0, at), returned: headersIn(text.slice(at)) }
}

function headersIn(text: string): Headers | null {
  const found = /^[ \t>]*(?:return-path|received|from|to|date|subject|message-id|mime-version):[ \t]/im.exec(text)
  if (!found) return null
  const block = text
    .slice(found.index, found.index + 16_384)
    .split('\n')
    .map((line) => line.replace(/^[ \t]*>+ ?/, ''))
  const indent = /^[ \t]*/.exec(block[0])![0].length
  const headers = parseHeaders(Buffer.from(block.map((line) => line.slice(Math.min(indent, /^[ \t]*/.exec(line)![0].length))).join('\n'), 'utf8'))
  return headers.has('message-id') || headers.has('subject') || headers.has('from') ? headers : null
}

/** Addresses that stand for themselves first; then those that a sentence names. */
function recipientsIn(lines: readonly string[], not: ReadonlySet<string>): string[] {
  const alone = lines.flatMap((line) => {
    const bare = line.trim().replace(/^(?:[-*•]|\d+[.)]|address|recipients?|to|rcpt to|e-?mail|user|failed recipient|final-recipient: rfc822;|příjemce|odbiorca|adresát)\s*:?\s+/i, '')
    const found = /^["'<(«]*(?:smtp:|mailto:)?([^\s"'<>()«»,;:]+@[^\s"'<>()«»,;:]+)["'>)»]*\s*(?:$|:|\.{3}|\(|,|;|<|-|\bon\b)/i.exec(bare)
    return found && matches(found[1]) ? [found[1]] : []
  })
  const first = unique(alone, not)
  if (first.length > 0) return first
  return unique(lines.flatMap((line) => line.match(ADDRESS) ?? []), not).slice(0, 1)
}

function matches(address: string) {
  ADDRESS.lastIndex = 0
  return ADDRESS.test(address)
}

function unique(addresses: readonly string[], not: ReadonlySet<string>): string[] {
  const seen = new Set<string>()
  return addresses
    .map((address) => address.replace(/[.>]+$/, ''))
    .filter((address) => {
      const key = address.toLowerCase()
      if (not.has(key) || seen.has(key) || /^(?:mailer-daemon|postmaster|abuse|hostmaster|support|webmaster)@/.test(key)) return false
      seen.add(key)
      return true
    })
    .slice(0, 50)
}

/** What stands in the line of the address and below it, up to the next one or an empty line after words. */
function saidAbout(lines: readonly string[], recipient: string, all: readonly string[]): string | null {
  const key = recipient.toLowerCase()
  const others = all.map((one) => one.toLowerCase()).filter((one) => one !== key)
  const starts = lines.flatMap((line, index) => (line.toLowerCase().includes(key) ? [index] : []))
  let plain: string | null = null
  for (const start of starts) {
    const said: string[] = []
    const rest = lines[start].slice(lines[start].toLowerCase().indexOf(key) + key.length).replace(/^[>"')\s:.,;-]+/, '')
    const before = lines[start].slice(0, lines[start].toLowerCase().indexOf(key))
    if (CODE.test(` ${lines[start]} `) || STATUS.test(lines[start])) said.push(lines[start].trim())
    else if (rest && !/^on \d/i.test(rest) && before.trim().length < 12) said.push(rest)
    for (let index = start + 1; index < lines.length && said.join(' ').length < 900; index++) {
      const line = lines[index].trim()
      if (others.some((other) => line.toLowerCase().startsWith(other) || line.toLowerCase().startsWith(`<${other}`))) break
      if (line === '') {
        if (said.length > 0) break
        continue
      }
      if (/^[-_=*]{3,}/.test(line) && said.length > 0) break
      said.push(line)
    }
    const words = tidyUp(said)
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
    const at = one.findIndex((line) => CODE.test(` ${line} `) || STATUS.test(line))
    return at === -1 ? null : tidyUp(one.slice(Math.max(0, at - 1)))
  })
  const found = coded.find(Boolean)
  if (found) return found
  const text = lines.join('\n')
  const because = /(?:because|reason|the error (?:was|message)|error|response|diagnostic|d[uů]vod|powód|grund|причин\w*)\s*(?:was|is)?\s*:\s*\n*([^\n]{3,300}(?:\n[^\n]{3,300}){0,3})/iu.exec(text)
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
