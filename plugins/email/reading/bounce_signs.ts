import { isAway } from './automatic.js'
import type { Headers } from './headers.js'
import { FORWARD_SUBJECTS } from './forward_words.js'

/*
 * Is this a mail server's report, or a person who writes of one? A customer may quote or forward a
 * bounce and ask what it means; a gateway may sign its report with any address at all.
 */

/** Who writes such reports, in the address or in the name. */
const DAEMONS =
  /mailer-?daemon|post[-_]?master|mail[ _-]?(?:delivery|administrator|daemon|system|router)|delivery[ _-](?:sub)?system|delivery[ _-](?:status|failure)|system administrator|mailmarshal|mmdf|courier mail|microsoft exchange|systemadministrator|bounce[sd]?\b|mdaemon|imail|symantec|messagelabs|root@|noreply-?(?:mail)?delivery|returned mail|mail server|сервер/i

/** Gateways and filters report under names of their own: believed when the rest is a report's too. */
const GATEWAYS = /(?:^|[._-])(?:admin\w*|ndr|mail(?:er|server|gate\w*|scan\w*|guard|sweeper|service)?|e?smtp\w*|postoffice|gateway|anti-?(?:virus|spam)|exchange|system|daemon|robot)(?:$|[._\-@])/i

/** A machine that nobody may answer: believed only with the mail that it brings back. */
const NO_REPLY = /^(?:do-?)?no?t?[-_.]?(?:reply|respond)(?:[+\-._=][^@]*)?@/i

const SUBJECTS =
  /undeliver|deliver\w*[^\n]{0,20}(?:fail|error|problem|unsuccess|notification|report|status|delay|warning|impossible)|(?:fail\w*|error|problem|unable|could ?n[o']t|cannot|not able)[^\n]{0,40}(?:deliver|sen[dt])|(?:non|un|not)[ -]?(?:be )?deliver|returned (?:e-?)?mail|return(?:ed|ing) (?:message|to sender)|mail (?:system )?(?:error|failure|delivery)|failure (?:notice|delivery|report)|failed mail|bounce|mail could not|message (?:could not|status|delayed|not sent)|delayed|warning:? (?:message|could not|mail)|user unknown|dsn\b|unzustellbar|nicht zugestellt|zustellung|fehlgeschlagen|nedoru[cč]|nelze doru[cč]it|doru[cč]en[ií]|nie (?:można|dostarczono|udało)|niedostarcz|zwrot|échec|non remis|remise|entrega|no entregado|devuelt|mancat[oa] recapit|consegna|recapito|onbestelbaar|bezorg|mislukt|kézbesít|nevaloare|nelivr|недоставлен|не доставлен|доставк|αποτυχία|παράδοση|adresát|leverans|levering|toimit|teslim|配信|送信|メールエラー|エラーメール|不達|邮件|退信|配達/iu

/** How only mail systems begin a subject; a parcel is undelivered too. */
const TITLES =
  /^[\s*[]{0,6}(?:undeliver(?:able|ed)\b(?!:? ?(?:parcel|packages?|orders?|shipments?|items?|goods))|non-?deliver(?:y|able)\b|(?:e-?)?mail (?:system )?(?:delivery )?(?:fail|error|problem|warning|status|delayed|could not)|(?:permanent )?delivery (?:status|fail|notification|has failed|report|delayed|problem|error|warning)|returned (?:e-?)?mail|(?:mail )?failure notice|message (?:delivery|could not be delivered|undeliverable|status|delayed|not delivered|you sent)|delayed mail|warning: (?:message|could not|mail)|automatically rejected mail|failed mail|ошибка доставки|недоставленное сообщение|unzustellbar|nedoručiteln|nedoruciteln|niedostarczon|non remis|no se puede entregar|impossibile recapitare|μη παραδοτέο|メールエラー|エラーメール|不達通知|系统退信)/iu

/** The report's own words that it is one, in its first lines. */
const SENTENCES =
  /(?:could ?n[o']t|cannot|can'?t|unable to|was not|were not|not be(?:en)?|failed to|did not|has not been|wasn'?t)\b[^\n.]{0,60}(?:deliver|reach(?!ed)|receive your|sent\b|send\b|mailed|relayed)|deliver[^\n.]{0,60}(?:fail|impossible|permanent|unsuccess|postponed|aborted)|permanent (?:fatal )?error|undeliver|fatal errors|delivery (?:errors|problems)|returned (?:to (?:you|sender)|mail)|(?:following|these) (?:e-?mail )?(?:address|recipient)|has (?:been )?bounced|mail delivery software|qmail-send|non-deliver|not delivered|failed recipients|(?:was|has been|automatically) (?:rejected|refused|blocked|discarded)|rejected:|invalid (?:final delivery|user|recipient)|unknown (?:user|recipient)|nemohla? být doručen|nepoda[rř]ilo[^\n]{0,40}doru[cč]|nedoru[cč]|nie m[oó]g[lł]a? zosta[cć]|nie zosta[lł]a? dostarcz|nicht zugestellt|n'a (?:pas )?pu [eê]tre|no (?:se )?(?:ha )?pud?o? (?:ser )?entreg|impossibile[^\n]{0,20}(?:recapit|consegn)|не может быть доставлен|не удалось доставить|не было доставлено|δεν (?:ήταν δυνατή|παραδόθηκε)|配信できません|送信できません/iu

/** Parcels are delivered, delayed and returned too, and shops and carriers write of nothing else. */
const GOODS =
  /\b(?:parcels?|shipments?|consignments?|courier(?! mail)|(?:my|your|the|this) (?:order|package|purchase)|order (?:no|number|#)|tracking (?:no|number|code))\b|zásil(?:k|ek)|zásiel(?:k|ok)|balí(?:k|č)|objednáv|kurýr|kuriér|\bpaczk|zamówie|\bkurier|δέμα|παραγγελ|\bpaket(?!e?\b.{0,20}filter)|sendungsnummer|bestell(?:ung|nummer)|\bcolis\b|commande n|numéro de suivi/iu

const ANSWERS = /^\s*(?:re|aw|odp|sv|vs|απ|ynt|rif)\s*(?:\[\d+\])?\s*:/iu
/** A server's own lines, not quoted by anybody. */
const TRANSCRIPT = /^[ \t]{0,8}RCPT TO:[^\n]+$/im
const CODED_LINE = /^[ \t]{0,8}(?:<<< )?[45]\d\d[ -]/m

export interface Signs {
  /** Written by a mail system, as its sender says. */
  readonly daemon: boolean
  /** There is nobody to answer to (RFC 5321, 4.5.5). */
  readonly nobody: boolean
  readonly report: boolean
  readonly titled: boolean
  /** Somebody passes it on or answers it. */
  readonly passedOn: boolean
}

export function signsOf(headers: Headers, from: string, name: string, subject: string): Signs {
  const raw = headers.all('from')[0] ?? ''
  // With a second @ in it (`<Postmaster\\@their.test@relay.test>`) the address is read from its end; who wrote it stands at its beginning.
  const twice = /<([^<>@]{1,100})@[^<>@]{1,200}@[^<>@]{1,200}>\s*$/.exec(raw)?.[1]
  const local = twice ? `${twice}@` : from.includes('@') ? from.slice(0, from.lastIndexOf('@') + 1) : ''
  return {
    daemon: local === '' || DAEMONS.test(local) || DAEMONS.test(name) || /<\s*>\s*$/.test(raw),
    nobody: headers.all('return-path').some((path) => /^<?\s*(?:mailer-daemon[^>]*)?\s*>?$/i.test(path.trim())),
    report: /^multipart\/report\b/i.test(headers.text('content-type') ?? ''),
    titled: SUBJECTS.test(subject),
    passedOn: FORWARD_SUBJECTS.test(subject) || ANSWERS.test(subject),
  }
}

/** Whether a delivery-status part is this mail's own report, not one that somebody passes on. */
export function mayReport({ daemon, nobody, report, titled, passedOn }: Signs): boolean {
  return report || daemon || nobody || (titled && !passedOn)
}

/**
 * Whether a mail without a standard part is a report all the same: by its sender and by two more signs,
 * never by its subject alone.
 *
 * @param returns - it brings a mail back, attached or below a line that says so
 */
export function looksLikeBounce(headers: Headers, signs: Signs, from: string, subject: string, text: string, returns: boolean): boolean {
  if (headers.has('x-failed-recipients')) return true
  const { daemon, nobody, report, titled, passedOn } = signs
  if (isAway(subject)) return false
  if (titled && isBareNotice(text)) return true
  if (passedOn) return daemon && !FORWARD_SUBJECTS.test(subject) && TRANSCRIPT.test(text) && CODED_LINE.test(text)
  if (!report && !returns && !CODED_LINE.test(text) && GOODS.test(`${subject}\n${text.slice(0, 3000)}`)) return false
  const told = SENTENCES.test(text.slice(0, 6000))
  const title = TITLES.test(subject)
  if (daemon || report) return told || title || (titled && (returns || CODED_LINE.test(text)))
  if (nobody) return told && (title || (titled && returns))
  if (NO_REPLY.test(from)) return told && titled && returns
  return told && GATEWAYS.test(from) && (title || (titled && returns))
}

/** Nothing but the notice and an address, in a frame of stars: no greeting, no word of a person's own. */
function isBareNotice(text: string): boolean {
  if (text.length > 1000) return false
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean)
  const frame = lines.filter((line) => /^[*=#-]{10,}$/.test(line)).length
  const addresses = lines.filter((line) => /^<?[^\s<>@]{1,100}@[^\s<>@]{1,200}>?$/.test(line)).length
  const sentences = lines.filter((line) => line.length < 120 && SENTENCES.test(line)).length
  return frame >= 2 && addresses > 0 && sentences > 0 && frame + addresses + sentences === lines.length
}

const OVER = /permanent(?:ly)?|fatal|giving up|gave up|no further|will not be retried|has (?:been )?(?:expired|failed)|could not be delivered (?:to|for \d)/i
const STILL = /warning message only|warning only|still (?:being )?(?:re)?tr(?:y|ied)|will be retried|not (?:yet )?(?:a )?permanent|do not need to resend|attempts? will continue/i
const LATER =
  /\bdelay(?:ed)?\b|postponed|warning: (?:message|could not|mail)|this is a warning|you do(?: not|n'?t) need to re-?send|(?:will|continue to|keep) (?:be )?(?:re-?)?try(?:ing)?|attempts? (?:will|to deliver)[^\n]{0,40}continue|continue to be made|will be (?:re)?tried|not yet been delivered|has not yet been|still (?:being )?(?:re)?tr(?:y|ied)|temporary (?:failure|problem)[^\n]{0,60}try|zpožděn|opóźnion|verzögert|retard(?:é|ado)|задерж/iu

/** That it only takes longer: the mail is still on its way. */
export function isDelay(subject: string, report: string): boolean {
  const words = `${subject}\n${report}`
  return LATER.test(words) && (!OVER.test(words) || STILL.test(words))
}
