import type { AutomaticKind } from '#plugin'
import type { Piece } from './bounce.js'
import { FORWARD_SUBJECTS } from './forward_words.js'
import type { Headers } from './headers.js'
import { isReport } from './receipt.js'

/*
 * Was this written by a machine, and by which kind? Such mail is kept and shown like any other; it only
 * never gets an automatic answer (RFC 3834; the list: contracts/channels/07c). An answer by itself, as
 * when somebody is on holiday, also brings nothing back to us.
 */

const MACHINES = /^(?:mailer-daemon|postmaster|(?:do-?)?no?t?[-_.]?(?:reply|respond|answer)|nepridpovidat|neodpovidat|neodpovedat|nie-?odpowiadaj|nieodpowiadaj|ne-?pas-?repondre|non-?rispondere|no-?responder|niet-?beantwoorden|bounces?|auto-?(?:reply|responder?|confirm)|notifications?|mailer)(?:[+\-._=][^@]*)?@/i

/** How mail programs title an answer by itself, language by language; a person's own "Re:" never stands before it. */
const AWAY = new RegExp(
  `^\\s*(?:\\[[^\\]]{1,40}\\]\\s*)?[[(«*„"]{0,3}\\s*(?:${[
    'Automatická odpověď', 'Automatická odpoveď', 'Automaticky odeslaná odpověď', 'Mimo kancelář', 'Jsem mimo kancelář', 'Odpověď v nepřítomnosti', 'Mimo kancelári[ue]', 'Mimo pracoviska', 'Automatická správa o neprítomnosti',
    'Autoodpowiedź', 'Odpowiedź automatyczna', 'Automatyczna odpowiedź', 'Poza biurem', 'Jestem poza biurem',
    'Αυτόματη απάντηση', 'Εκτός γραφείου', 'Απουσία από το γραφείο',
    'Automatic(?:ally generated)? reply', 'Auto(?:matic|mated)?[- ]?(?:reply|response|responder|answer)', 'Out of (?:the )?office', 'Out of office autoreply', 'OOO\\b', 'Vacation (?:reply|response|notice|message)', 'I am (?:currently )?(?:out of (?:the )?office|on (?:vacation|holiday|leave))', 'Away from (?:the |my )?(?:office|desk|e-?mail)', 'Away(?= (?:until|till|through))',
    'Automatische Antwort', 'Automatische Abwesenheitsnotiz', 'Abwesenheits(?:notiz|nachricht|assistent|mitteilung)', 'Nicht im Büro', 'Bin im Urlaub', 'Autom\\. Antwort', 'Abwesenheit(?:s?meldung)',
    'Réponse automatique', 'Réponse auto\\b', "Réponse automatique d'absence", 'Absence du bureau', 'Absent(?:e)? du bureau', "Message d'absence", "Notification d'absence",
    'Respuesta automática', 'Fuera de (?:la )?oficina', 'Ausente de la oficina', 'Mensaje de ausencia',
    'Risposta automatica', 'Fuori (?:sede|ufficio)', 'Assenza dall.ufficio', 'Messaggio di assenza',
    'Resposta automática', 'Fora d[oe] escritório', 'Ausência (?:temporária|do escritório)',
    'Automatisch antwoord', 'Automatische beantwoording', 'Buiten kantoor',
    'Automatisk(?:t)? svar', 'Ikke på kontoret', 'Fraværs(?:melding|assistent|besked)', 'Ej på kontoret', 'Autosvar(?!\\p{L})', 'Frånvaromeddelande', 'Poissaoloilmoitus', 'Afwezigheidsbericht',
    'Automaattinen vastaus',
    'Automatikus válasz', 'Házon kívül', 'Irodán kívül', 'Távollét', 'Távolléti üzenet',
    'Răspuns automat', 'Absent din birou', 'În afara biroului', 'Automatski odgovor', 'Samodejni odgovor', 'Izvan ureda',
    'Автоматичен отговор', 'Автоматический ответ', 'Автоответ(?:чик)?', 'Вне офиса', 'Автоматична відповідь', 'Поза офісом',
    'Otomatik (?:yanıt|cevap)', 'Ofis dışında', 'Automatinis atsakymas', 'Automātisk[aā] atbilde', 'Аутоматски одговор', 'Automaatvastus', 'رد تلقائي', 'תשובה אוטומטית', 'מענה אוטומטי',
    '自動応答', '自動返信', '不在(?:通知|のお知らせ|の連絡)', '自动(?:回复|答复)', '自動(?:回覆|答覆)', '자동 회신', '부재 중', 'Trả lời tự động', 'Balasan otomatis', 'ตอบกลับอัตโนมัติ',
  ].join('|')})(?=\\s*(?:$|[:\\-–—!.,;(\\])*»”"|：\\d\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}]|(?:re|aw|odp|sv|fw|fwd|from|until|till|through|to|auto-?reply|autoreply|reply|message|notice|response|notification|assistant|regarding|od|do|dne|na|az|až|ve? dnech|w dniach|bis|ab|vom?|von|zu|auf|du|au|à|jusqu|de|del|hasta|fino|dal|da|sam|til|fra|från|tot|van|op|στις?|από|έως|в|с|до|на)(?![\\p{L}])))`,
  'iu'
)

/** AOL and some responders say so behind the subject. */
const SAID_LAST = /[([](?:automat(?:ic|ed) (?:reply|response)|auto-?(?:reply|response|responder)|out of office|automatická odpověď|automatische antwort|réponse automatique)[)\]]\s*$/iu

/** RFC 2919 and 2369, and what ezmlm, Mailman, Majordomo's heirs and fml write besides or instead. */
const LISTS = ['list-id', 'list-post', 'mailing-list', 'x-mailing-list', 'x-beenthere', 'x-mailman-version', 'x-mlserver', 'x-ml-name', 'x-listserver']

/** `google.com!obchod.test!1549756800!1549843199.zip`: receiver, domain, from, until (RFC 7489, 7.2.1.1; RFC 8460, 5.1). */
const REPORT_FILE = /^[\w.-]{1,250}![\w.-]{1,250}!\d{9,11}!\d{9,11}(?:![\w.-]{1,100})?\.(?:xml|json|zip|gz|tar\.gz|xml\.gz|json\.gz)$/i

/** Words that a customer may begin with too: only when nothing but a sign follows, and not alone. */
const AWAY_ALONE = new RegExp(
  `^\\s*(?:${[
    '(?:(?:Re|AW)?:\\s*)?Auto(?=:)', 'Automatická odpověď', 'Automatická odpoveď', 'Automatyczna odpowiedź', 'Out of (?:the )?office', 'OOO',
    'Nepřítomnost', 'Neprítomnosť', 'Dovolená', 'Dovolenka', 'Nieobecność', 'Urlop', 'Απουσία', 'On (?:vacation|holiday|leave)', 'Vacation', 'Abwesend', 'Abwesenheit', 'Urlaub', 'Absence', 'Absent(?:e)?', 'En vacances', 'Ausente', 'Assente',
    'Afwezig(?:heid(?:sbericht)?)?', 'Niet aanwezig', 'Frånvaro(?:meddelande)?', 'Fravær', 'Poissa(?:olo)?(?:ilmoitus| toimistosta)?', 'Odsutan', 'Odsoten', 'Szabadság', 'Concediu', 'Отпуск', 'Отсутствие на работе', 'Нет на месте', '外出',
  ].join('|')})\\s*(?:$|[:\\-–—(.])`,
  'iu'
)

/** A holiday note in a mail that no header gives away: its first words, from a mailbox that answers ours. */
const AWAY_WORDS =
  /(?:^|\n)[^\n]{0,120}(?:(?:i am|i'm|i will be|we are) (?:currently )?(?:out of (?:the |my )?office|on (?:annual |maternity |parental |sick )?(?:vacation|holidays?|leave)|away from (?:my|the) (?:office|e-?mail|desk))|this is an auto(?:mated|matic)|(?:jsem|budu|nyní jsem) (?:do [^\n]{3,20} |aktuálně |momentálně )?(?:na dovolené|mimo kancelář|nepřítom)|(?:som|budem) (?:na dovolenke|mimo kancelárie|neprítom)|(?:jestem|będę|przebywam) (?:obecnie )?(?:na urlopie|poza biurem|nieobecn)|(?:λείπω|βρίσκομαι εκτός|είμαι εκτός|απουσιάζω)|(?:ich bin|bin ich)[^\n]{0,40}(?:nicht im (?:büro|haus)|im urlaub|abwesend|außer haus)|je suis (?:actuellement )?(?:absent|en congé|en vacances)|estoy (?:de vacaciones|fuera de la oficina)|sono (?:in ferie|fuori (?:ufficio|sede)|assente))/iu

/** Titled as an answer by itself, of somebody who is away. */
export function isAway(subject: string): boolean {
  return AWAY.test(subject) || SAID_LAST.test(subject) || AWAY_ALONE.test(subject)
}

/**
 * The kind of machine that wrote it; null for a person.
 *
 * @param own - our addresses: one of them may be a group's, which passes on as a list does
 */
export function automaticKind(headers: Headers, pieces: readonly Piece[], from: string, subject: string, text: string, own: readonly string[] = []): AutomaticKind | null {
  const report = reportKind(headers, pieces, from, subject)
  if (report) return report
  if (headers.has('x-opora-loop')) return 'loop'

  const submitted = headers.text('auto-submitted')?.toLowerCase().trim() ?? ''
  const precedence = (headers.text('precedence') ?? headers.text('x-precedence') ?? headers.text('preference') ?? '').toLowerCase().trim()
  const nobody = headers.all('return-path').some((path) => /^<\s*>$/.test(path.trim()))
  const written = machineByHeaders(headers, submitted, precedence, isOwnList(headers, own)) ?? (nobody || MACHINES.test(from) ? 'notice' : null)
  if (answersByItself(headers, submitted, precedence, subject)) return 'reply'
  const away = AWAY_WORDS.test(text.slice(0, 1500))
  // A word that a customer may begin with as well needs one more sign.
  if (AWAY_ALONE.test(subject) && (written || away || answersOurs(headers))) return 'reply'
  if (written === 'list' || (written === 'bulk' && !nobody)) return written
  // Whoever sends to many wants to know whom it did not reach; only an answer has nobody to return to.
  if (written === 'bulk') return isListed(headers) ? 'bulk' : 'reply'
  const signs = [nobody, away, answersOurs(headers)].filter(Boolean).length
  return written && signs > 1 ? 'reply' : written
}

/** Read receipts (RFC 8098), complaints (RFC 5965), reports on our domain (RFC 7489, 8460). */
function reportKind(headers: Headers, pieces: readonly Piece[], from: string, subject: string): AutomaticKind | null {
  const type = headers.text('content-type') ?? ''
  const has = (pattern: RegExp) => pieces.some((piece) => pattern.test(piece.type))
  const reportType = /report-type\s*=\s*"?([\w-]+)/i.exec(type)?.[1].toLowerCase()
  if (reportType === 'feedback-report' || (has(/^message\/feedback-report$/i) && (isReport(headers) || !FORWARD_SUBJECTS.test(subject)))) return 'complaint'
  // Outlook.com's programme for senders (JMRP) writes no ARF: the mail itself in a mail, or only marked.
  if (headers.has('x-hmxmroriginalrecipient') || (/^complaint about message from [\da-f.:]{7,45}$/i.test(subject) && has(/^message\/rfc822$/i))) return 'complaint'
  if (reportType === 'disposition-notification' || (isReport(headers) && has(/^message\/(?:global-)?disposition-notification$/i))) return 'receipt'
  if (reportType === 'tlsrpt' || has(/^application\/tlsrpt\+(?:gzip|json)$/i) || headers.has('tls-report-domain')) return 'report'
  if (/^\s*(?:\[[^\]]*\]\s*)?(?:Report Domain:\s*\S+.{0,200}Submitter:|\[?DMARC\]? (?:(?:aggregate|forensic|failure|fail|auth(?:entication)? failure) )?reports?\b|(?:Domain-based|Aggregate) DMARC\b)/i.test(subject)) return 'report'
  if (pieces.some(({ name }) => REPORT_FILE.test(name ?? ''))) return 'report'
  if (/^(?:[\w.+-]*dmarc[\w.+-]*)@/i.test(from) && has(/^application\/(?:g?zip|x-zip|x-gzip|xml|octet-stream)/i)) return 'report'
  if (/^(?:Not read|Read|Gelesen|Přečteno|Prečítané|Przeczytano|Lu|Leído|Letto|Lido|Gelezen|Αναγνώστηκε)\s?:\s/iu.test(subject) && isReport(headers)) return 'receipt'
  return null
}

function answersByItself(headers: Headers, submitted: string, precedence: string, subject: string): boolean {
  if (/^auto-?replied/.test(submitted) || precedence.startsWith('auto_reply') || precedence.startsWith('auto-reply')) return true
  if (['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply', 'x-autoreply-from', 'x-mail-autoreply', 'x-vacation', 'x-out-of-office', 'x-cpanel-autoresponder'].some((name) => headers.has(name) && !/^no$/i.test(headers.text(name) ?? ''))) return true
  if (/^(?:reply|auto)/i.test(headers.text('x-autogenerated') ?? '') || /autoresponder/i.test(headers.text('x-post-messageclass') ?? '')) return true
  if (/autoresponder/i.test(headers.text('delivered-to') ?? '') || /^vacation/i.test(headers.text('x-mailer') ?? '')) return true
  if (/mailbox rules agent/i.test(headers.text('x-ms-exchange-generated-message-source') ?? '')) return true
  return AWAY.test(subject) || SAID_LAST.test(subject)
}

function isListed(headers: Headers): boolean {
  return ['list-id', 'list-post', 'list-unsubscribe', 'feedback-id'].some((name) => headers.has(name))
}

/** Our own address is a group (Google Groups, a distribution list): its members' marks say nothing about who writes to it. */
function isOwnList(headers: Headers, own: readonly string[]): boolean {
  const id = /<\s*([^\s<>]{3,320})\s*>/.exec(headers.text('list-id') ?? '')?.[1].toLowerCase()
  const posts = [headers.text('list-post'), headers.text('mailing-list')].flatMap((text) => text?.slice(0, 1000).toLowerCase().match(/[^\s<>:;,?/@]{1,64}@[^\s<>:;,?/@]{1,255}/g) ?? [])
  return own.some((address) => address.replace('@', '.') === id || posts.includes(address))
}

function machineByHeaders(headers: Headers, submitted: string, precedence: string, ownList: boolean): AutomaticKind | null {
  const told = submitted !== '' && !submitted.startsWith('no')
  if (ownList) return told ? 'notice' : null
  if (precedence.startsWith('list') || LISTS.some((name) => headers.has(name))) return 'list'
  if (headers.has('list-unsubscribe') || headers.has('feedback-id') || /^(?:bulk|junk)/.test(precedence)) return 'bulk'
  if (told || headers.has('x-loop')) return 'notice'
  if (/\b(?:all|oof|autoreply)\b/i.test(headers.text('x-auto-response-suppress') ?? '')) return 'notice'
  return /^multipart\/report\b/i.test(headers.text('content-type') ?? '') ? 'notice' : null
}

function answersOurs(headers: Headers): boolean {
  return headers.has('in-reply-to') || headers.has('references')
}
