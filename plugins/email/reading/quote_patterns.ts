/*
 * How mail programs introduce what they quote, in Czech, Slovak, Polish, Greek, English, German, French, Spanish,
 * Italian and some neighbours (contracts/channels/07b). No nested quantifiers and every length bounded: hostile text
 * costs no time. JavaScript's \b knows ASCII only, so words end before what is no letter.
 */

/** "wrote", as a whole word. */
export const WROTE =
  /(?<!\p{L})(?:wrote|writes|napsala?|napsali|napsal\(a\)|napsal\/a|napísala?|napísali|napísal\(a\)|napisala?|napisał|napisała|napisał\(a\)|pisze|napisana|έγραψε|έγραψαν|schrieb|schrieben|geschrieben|écrit|ecrit|écrivait|escribió|escribio|scritto|scrive|escreveu|schreef|skrev|kirjoitti|írta|scris|написала?|пишет|пише|написав)(?!\p{L})/iu

/** What a line begins with that leads to it: a preposition, a weekday, a figure. */
export const BEGINS =
  /^(?:(?:On|Dne|Dňa|Dnia|W dniu|Wiadomość napisana|Στις|Την|Τη|Στην|Am|Le|El|Il(?: giorno)?|Op|Em|Den|I dag|La|Pe|Date|Datum|Data)(?!\p{L})|(?:po|út|ut|st|čt|št|pá|pi|so|ne|pon|wt|śr|czw|pt|sob|niedz|ndz|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|gio|Δευ|Τρί|Τετ|Πέμ|Παρ|Σάβ|Κυρ)\p{L}{0,9}[.,]{0,2}\s|\d{1,4}[./-])/iu

/** A day: 2. 11. 2026, 2/11/26, 2026-11-02, 2 November 2026, 2. listopadu 2026, 2 de noviembre de 2026, November 2, 2026. */
export const DAY =
  /(?<!\d)(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}(?:\.|er|º|ª|th|st|nd|rd)?,?\s(?:de\s|of\s)?\p{L}{3,12}\.?,?\s(?:de\s|del\s)?\d{4}|\p{L}{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4})(?!\d)/iu
/** 10:00, 10.00, 10h00 */
export const HOUR = /(?<!\d)\d{1,2}\s?[:.h]\s?\d{2}(?!\d)/iu
export const MAILBOX = /[^\s@<>"()]{1,64}@[^\s@<>"()]{2,255}/u

/** A line that says: below is the mail that is answered. One that says "forwarded" shows what is to be read. */
const ORIGINAL =
  'Původní (?:zpráva|e-?mail|mail)|Pôvodná (?:správa|e-?mail)|Pôvodný e-?mail|Oryginalna wiadomość|Wiadomość oryginalna|Oryginalny e-?mail|Αρχικό μήνυμα|Original (?:Message|e-?mail)|Reply message|Urspr(?:ü|ue)ngliche (?:Nachricht|E-?Mail|Mail)|Original[ -]?Nachricht|Message d[’\']origine|Message original|Mensaje original|Mensagem original|Messaggio originale|Mail original|Oorspronkelijk bericht|Ursprungligt meddelande|Eredeti üzenet|Mesaj original|Исходное сообщение'
export const SEPARATORS: readonly RegExp[] = [new RegExp(`^[-_=*~—–]{1,80}\\s{0,4}(?:${ORIGINAL})\\s{0,4}:?\\s{0,4}[-_=*~—–]{1,80}$`, 'iu'), /^(?:Odpověď na zprávu|In reply to|V odpovědi na)\s.{3,200}:$/iu]

export const FORWARDED =
  /^[-_=*~—–>\s]{0,80}(?:Přeposlaná zpráva|Přeposlaný e-?mail|Preposlaná správa|Wiadomość przekazana|Przekazana wiadomość|Προωθημένο μήνυμα|Forwarded message|Weitergeleitete Nachricht|Message transféré|Message transmis|Mensaje reenviado|Messaggio inoltrato|Mensagem encaminhada|Doorgestuurd bericht|Begin forwarded message|Začátek přeposlané zprávy|Začiatok preposlanej správy|Początek przekazywanej wiadomości|Αρχή προωθημένου μηνύματος|Anfang der weitergeleiteten (?:Nachricht|E-?Mail)|Début du message (?:réexpédié|transféré)|Inicio del mensaje reenviado|Inizio messaggio inoltrato)\s{0,4}:?[-_=*~—–\s]{0,80}$/iu

/** The subject of a mail that was passed on: it shows what it holds. */
export const FORWARD_SUBJECT = /^\s*(?:re:\s*|odp:\s*|aw:\s*|sv:\s*|απ:\s*){0,3}(?:fwd?|fw|pd|přep|prep|předáno|wg|tr|rv|i|πρθ|προώθ|vs|enc|doorst|vb)\s?:/iu

const key = (words: string) => new RegExp(`^\\*{0,2}(?:${words})\\s?:\\*{0,2}\\s`, 'iu')
const keys = (from: string, sent: string, to: string, cc: string, subject: string) => ({ from: key(from), subject: key(subject), all: [from, sent, to, cc, subject].map(key) })

/** Keys of a header block ("From: … Sent: … To: … Subject: …"), language by language; three of a row make one. */
export const HEADER_KEYS = [
  keys('Od', 'Odesláno|Datum|Posláno|Kdy', 'Komu|Pro', 'Kopie|Kópie', 'Předmět'),
  keys('Od', 'Odoslané|Dátum|Poslané', 'Komu|Pre', 'Kópia', 'Predmet'),
  keys('Od|Nadawca', 'Wysłano|Data|Data wysłania|Wysłane', 'Do|Adresat', 'DW|Kopia|UDW', 'Temat'),
  keys('Από', 'Στάλθηκε|Ημερομηνία|Εστάλη|Αποστολή', 'Προς', 'Κοιν\\.?|Κοινοποίηση', 'Θέμα'),
  keys('From', 'Sent|Date', 'To', 'Cc', 'Subject'),
  keys('Von', 'Gesendet|Datum|Gesendet am', 'An', 'Cc|Kopie', 'Betreff'),
  keys('De|Expéditeur', 'Envoyé|Envoyé le|Date', 'À|A|Pour', 'Cc', 'Objet'),
  keys('De', 'Enviado|Enviado el|Fecha|Date', 'Para', 'CC', 'Asunto'),
  keys('Da', 'Inviato|Data|Date', 'A|Per', 'Cc', 'Oggetto'),
  keys('De', 'Enviada em|Enviado|Data', 'Para', 'Cc', 'Assunto'),
  keys('Van', 'Verzonden|Datum', 'Aan', 'CC', 'Onderwerp'),
  keys('Feladó', 'Elküldve|Dátum', 'Címzett', 'Másolat', 'Tárgy'),
  keys('От', 'Отправлено|Дата', 'Кому', 'Копия', 'Тема'),
] as const

/** A telephone's last line. */
export const MOBILE_SIGNATURES: readonly RegExp[] = [
  /^(?:Odesláno z|Odesláno pomocí|Odesláno přes|Posláno z|Poslané z|Odoslané z|Odoslané pomocou|Wysłane z|Wysłano z|Wysłane za pomocą|Sent from|Sent via|Sent with|Στάλθηκε από|Απεσταλμένο από|Gesendet (?:von|mit|aus)|Envoyé (?:de|depuis|à partir de)|Enviado (?:desde|con|a través)|Inviato (?:da|dal|dalla|con)|Verstuurd vanaf|Skickat från|Отправлено с)(?!\p{L}).{2,90}$/iu,
  /^(?:Von meinem|Diese Nachricht wurde von meinem|Esta mensagem foi)\s.{2,80}$/iu,
  /^(?:Získejte|Stáhněte si|Získajte|Stiahnite si|Pobierz|Get|Download|Λήψη|Λήψη του|Holen Sie sich|Laden Sie|Obtenez|Télécharger|Obtenir|Obtener|Obtén|Descargar|Ottieni|Scarica|Outlook für)\s.{0,24}Outlook.{0,120}$|^Outlook für .{2,80}$/iu,
]

/** Words by which a writer says that the answers stand in what they quote. */
export const ANSWERED_INSIDE =
  /(?:see|answers?|comments?|replies|reply)\s.{0,20}(?:below|inline|in[- ]line|in (?:red|blue|green))|(?:odpověd\p{L}{0,3}|odpovíd\p{L}{1,3}|viz|píšu|komentář\p{L}{0,2})\s.{0,20}(?:níže|v textu|červeně|modře|dole)|(?:odpoved\p{L}{0,3}|viď|píšem)\s.{0,20}(?:nižšie|v texte|červenou)|(?:odpowied\p{L}{1,3}|odpisuj\p{L}{0,2}|patrz)\s.{0,20}(?:poniżej|w tekście|na czerwono)|(?:απαντ\p{L}{2,6}|βλ\.?)\s.{0,20}(?:παρακάτω|κόκκιν\p{L}{0,3})|(?:siehe|Antwort\p{L}{0,2})\s.{0,20}(?:unten|im Text|rot)|(?:réponses?|voir)\s.{0,20}(?:ci-dessous|dans le texte|en rouge)|(?:respuestas?|ver|respondo)\s.{0,20}(?:abajo|más abajo|en rojo|en el texto)|(?:rispost[ae]|vedi|rispondo)\s.{0,20}(?:sotto|in rosso|nel testo)/iu

/** Where mail programs' own HTML marks begin to quote. */
export const HTML_MARKERS: readonly RegExp[] = [
  /<div[^>]{0,300}class=["'][^"']{0,200}op-reply-above/i,
  /<(?:div|blockquote)[^>]{0,300}class=["'][^"']{0,200}(?:gmail_quote|gmail_extra)/i,
  /<blockquote[^>]{0,300}type=["']?cite/i,
  /<[a-z]{1,12}[^>]{0,200}id=["']?(?:x_)?(?:appendonsend|divRplyFwdMsg|mail-editor-reference-message-container|OLK_SRC_BODY_SECTION|stopSpelling|replySplit|isReplyContent|reply-intro)/i,
  /<[a-z]{1,12}[^>]{0,300}class=["'][^"']{0,200}(?:moz-cite-prefix|protonmail_quote|yahoo_quoted|zmail_extra|ms-outlook-mobile-reference-message|tutanota_quote|quoted-reply)/i,
  /<[a-z]{1,12}[^>]{0,200}(?:id=["']?[^"'>]{0,40}yahoo_quoted_|name=["']?messageReplySection|data-marker=["']?__QUOTED_TEXT__)/i,
  /<!--\s?originalMessage\s?-->/i,
  /<aside(?:\s[^>]{0,300})?>/i,
  /<div[^>]{0,300}style=["'][^"']{0,100}border:\s?none;\s?border-top:\s?solid #[0-9a-f]{3,6} 1\.0pt;\s?padding:\s?3\.0pt 0(?:cm|in) 0(?:cm|in) 0(?:cm|in)/i,
]

