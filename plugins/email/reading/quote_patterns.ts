import { ORIGINAL } from './forward_words.js'

/*
 * How mail programs introduce what they quote, in Czech, Slovak, Polish, Greek, English, German, French, Spanish,
 * Italian and some neighbours (contracts/channels/07b). No nested quantifiers and every length bounded: hostile text
 * costs no time. JavaScript's \b knows ASCII only, so words end before what is no letter.
 */

/** "wrote", as a whole word; Japanese and Chinese set no space before it. */
export const WROTE =
  /(?<!\p{L})(?:wrote|writes|napsala?|napsali|napsal\(a\)|napsal\/a|píše|napísala?|napísali|napísal\(a\)|napísal\/a|napisala?|napisał|napisała|napisał\(a\)|pisze|napisana|napisao|napisao\/la|napisali|έγραψε|έγραψαν|schrieb|schrieben|geschrieben|écrit|ecrit|écrivait|escribió|escribio|escrigué|scritto|scrive|escreveu|schreef|geschreven|skrev|kirjoitti|írta|scris|написала?|написали|написа|написао|пишет|пише|написав|писала?|писали|yazdı|เขียนว่า|rašė|rakstīja|kirjutas|viết|menulis|작성|כתב\/?ה?|כתבה|كتب|كتابة)(?!\p{L})|写道|寫道|のメール|のメッセージ/iu

/** What a line begins with that leads to it: a preposition, a weekday, a figure. */
export const BEGINS =
  /^(?:(?:On|Dne|Dňa|Dnia|W dniu|Wiadomość napisana|Missatge de|Στις|Την|Τη|Στην|Am|Le|El|En|Il(?: giorno)?|In data|Op|Em|No dia|Às|Den|På|I dag|La|Pe|În|Dana|На|Vào|Pada|ในวันที่|V|Вы|Date|Datum|Data|Dátum)(?!\p{L})|(?:po|út|ut|st|čt|št|pá|pi|so|ne|pon|wt|śr|czw|pt|sob|niedz|ndz|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|gio|man|tir|ons|tor|fre|lør|søn|mån|tis|lör|sön|ma|ti|ke|to|pe|la|su|Δευ|Τρί|Τετ|Πέμ|Παρ|Σάβ|Κυρ|пн|вт|ср|чт|пт|сб|вс|нд)\p{L}{0,9}[.,]{0,2}\s|\d{1,4}\s?[./年년-]|\d{1,2}\s\p{L}{3}|在\s?\d)/iu

/** A line that only says who is quoted: "Quoting Jana <jana@…>:". */
export const QUOTING = /^(?:Quoting|Zitat von|Cituji|Citát|Citujem|Citando|Citação|Citeren|Citerar|Citerer|Cytowanie|Cytat|Idézet|Citation de)\s.{3,200}:$/iu

/** "You wrote to me on Monday:" is a sentence of the writer, and what they copy below it is theirs to show. */
export const PERSONAL = /(?<!\p{L})(?:mi(?![,.])|mně|jste|jsme|jsem|nám|ste|sme|som|mne|nam|mnie|you|me|us|mir|uns|Sie|ich|wir|vous|nous|moi|usted|ustedes|nosotros|μου|μας|σας|mě|noi|voi|lei)(?!\p{L})|(?<!\p{L})m[’']a(?!\p{L})/iu

/** A month in words, with the signs that stand at its end. */
const MONTH = "\\p{L}[\\p{L}\\p{M}׳'’]{2,13}"
const ORDINAL = '(?:\\.|er|º|ª|th|st|nd|rd)?'
/** A day: 2. 11. 2026, 2/11/26, 2026-11-02, 2 November 2026, 2 de noviembre de 2026, November 2, 2026, 2026. nov. 2., 2026年11月2日. */
export const DAY = new RegExp(
  `(?<!\\d)(?:${[
    '\\d{1,2}\\s?[./-]\\s?\\d{1,2}\\s?[./-]\\s?(?:\\d{4}|\\d{2})',
    '\\d{4}[./-]\\s?\\d{1,2}[./-]\\s?\\d{1,2}',
    `\\d{1,2}${ORDINAL},?\\s(?:de\\s|of\\s)?${MONTH}\\.?,?\\s(?:de\\s|del\\s)?\\d{4}`,
    `${MONTH}\\.?\\s\\d{1,2}(?:st|nd|rd|th)?,?\\s\\d{4}`,
    `\\d{1,2}[-.]\\s?${MONTH}\\.?[-.]\\d{4}`,
    `\\d{4}(?:\\.| m\\.|\\. g\\.)\\s(?:${MONTH}\\.?\\s\\d{1,2}|\\d{1,2}\\.\\s${MONTH})`,
    '\\d{1,2} thg \\d{1,2},? \\d{4}',
    '\\d{4}\\s?[年년]\\s?\\d{1,2}\\s?[月월]\\s?\\d{1,2}\\s?[日일]',
  ].join('|')})(?!\\d)`,
  'iu'
)
/** As programs write it, and hardly a person. */
export const ISO_DAY = /(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)/
/** How a whole sentence of a mail program goes, where the verb alone would not be proof enough. */
export const FORMULA = /tarihinde.{1,200}yazdı|(?:keltezéssel|időpontban|dátummal|\(időpont:).{1,200}|kirjoitti \d{1,2}\.\d{1,2}\.\d{4} k(?:lo|ello)|^Às .{4,60}, .{1,200} escreveu|^[Dd]ana .{6,200} je napisao|^[^.!?]{2,200} je napisao(?:\/la)? \d|heeft .{2,200} het volgende geschreven|hat .{2,200} Folgendes geschrieben|píše v \p{L}{2} \d|^ในวันที่ .{6,200} เขียนว่า/iu
/** 10:00, 10.00, 10h00 */
export const HOUR = /(?<!\d)\d{1,2}\s?[:.h∶]\s?\d{2}(?!\d)/iu
/** An hour that cannot be a day of a month as well. */
export const CLOCK = /(?<!\d)\d{1,2}:\d{2}(?!\d)/
export const MAILBOX = /[^\s@<>"()]{1,64}@[^\s@<>"()]{2,255}/u

/** A line that says: below is the mail that is answered. One that says "forwarded" shows what is to be read. */
export const SEPARATORS: readonly RegExp[] = [
  new RegExp(`^[-‐_=*~—–]{1,80}\\s{0,4}(?:${ORIGINAL})\\s{0,4}:?\\s{0,4}[-‐_=*~—–]{1,80}(?:$|\\s{0,4}\\p{L}[\\p{L} ]{0,20}[:：]\\s)`, 'iu'),
  /^(?:Odpověď na zprávu|In reply to|V odpovědi na)\s.{3,200}:$/iu,
  // Zendesk, in whatever language: "##- Please type your reply above this line -##"
  /^##-\s.{8,160}\s-##$/u,
  /^[-=#*_~ ]{2,60}(?:please )?(?:reply|type|write|respond).{0,40}\babove this line\b.{0,60}$/iu,
  /^>>> .{3,200}\d{1,2}[:.]\d{2}.{0,20} >>>$/u,
]
/** The same without its dashes: nothing by itself, but it belongs to the header block below it. */
export const ORIGINAL_ALONE = new RegExp(`^(?:${ORIGINAL})\\s?:?$`, 'iu')

const key = (words: string) => new RegExp(`^\\*{0,2}(?:${words})\\s{0,3}\\*{0,2}[:：]\\*{0,2}`, 'iu')
const keys = (from: string, sent: string, to: string, cc: string, subject: string) => ({ from: key(from), subject: key(subject), all: [from, sent, to, cc, subject].map(key) })

/** Keys of a header block ("From: … Sent: … To: … Subject: …"), language by language; three of a row make one. */
export const HEADER_KEYS = [
  keys('Od|Odesílatel', 'Odesláno|Datum|Posláno|Kdy', 'Komu|Pro', 'Kopie|Kópie|Cc', 'Předmět'),
  keys('Od|Odosielateľ', 'Odoslané|Dátum|Poslané', 'Komu|Pre', 'Kópia|Kópie|Cc', 'Predmet'),
  keys('Od|Nadawca', 'Wysłano|Data|Data wysłania|Wysłane', 'Do|Adresat', 'DW|Kopia|UDW|Cc', 'Temat'),
  keys('Από|Αποστολέας', 'Στάλθηκε|Ημερομηνία|Εστάλη|Αποστολή|Απεστάλη', 'Προς', 'Κοιν\\.?|Κοινοποίηση|Cc', 'Θέμα'),
  keys('From', 'Sent|Date', 'To', 'Cc', 'Subject'),
  keys('Von|Absender', 'Gesendet|Datum|Gesendet am', 'An', 'Cc|Kopie', 'Betreff'),
  keys('De|Expéditeur', 'Envoyé|Envoyé le|Date', 'À|A|Pour', 'Cc|Copie à', 'Objet|Sujet'),
  keys('De|Remitente', 'Enviado|Enviado el|Enviados|Fecha|Date', 'Para', 'CC', 'Asunto'),
  keys('Da|Mittente', 'Inviato|Data|Date', 'A|Per', 'Cc', 'Oggetto|Ogg'),
  keys('De', 'Enviada em|Enviada|Enviado|Data', 'Para', 'Cc', 'Assunto'),
  keys('Van|Afzender', 'Verzonden|Datum', 'Aan', 'CC|Kopie', 'Onderwerp'),
  keys('Från', 'Skickat|Datum', 'Till', 'Kopia|Cc', 'Ämne'),
  keys('Fra', 'Sendt|Dato', 'Til', 'Kopi|Cc', 'Emne'),
  keys('Lähettäjä', 'Lähetetty|Päivämäärä|Päiväys', 'Vastaanottaja|Saaja|Kenelle', 'Kopio|Cc', 'Aihe'),
  keys('Feladó', 'Elküldve|Dátum|Küldés ideje', 'Címzett', 'Másolat|Másolatot kap|Cc', 'Tárgy'),
  keys('De la|Expeditor(?:ul)?', 'Trimis|Data|Dată', 'Către|Destinatar(?:ul)?|Catre', 'Cc', 'Subiect(?:ul)?'),
  keys('От|От кого|Отправитель', 'Отправлено|Дата|Послано', 'Кому', 'Копия|Cc', 'Тема'),
  keys('Від|Від кого', 'Надіслано|Відправлено|Дата', 'Кому', 'Копія|Cc', 'Тема'),
  keys('От', 'Изпратено|Дата', 'До', 'Копие|Cc', 'Относно|Тема'),
  keys('Kimden|Gönderen', 'Gönderildi|Gönderme Tarihi|Gönderim(?: tarihi)?|Gönderilen|Tarih', 'Kime|Alıcı', 'Bilgi|Cc', 'Konu'),
  keys('Šalje|Od|Pošiljatelj', 'Poslano|Datum', 'Prima|Za', 'Kopija|Kp|Cc', 'Predmet|Naslov|Tema|Zadeva'),
  keys('Од|Шаље', 'Послато|Датум', 'За|Прима', 'Копија', 'Наслов|Тема'),
  keys('Saatja', 'Saadetud|Saatmisaeg|Kuupäev', 'Adressaat|Saaja', 'Koopia|Cc', 'Teema'),
  keys('Nuo', 'Išsiųsta|Data', 'Kam|Iki', 'Kopija|Cc', 'Tema'),
  keys('No', 'Nosūtīts|Datums', 'Kam|Līdz', 'Kopija|Cc', 'Tēma'),
  keys('差出人|送信元|From', '送信日時|日付|日時|Sent|Date', '宛先|送信先|To', 'CC', '件名|Subject'),
  keys('发件人', '发送时间|日期|发送日期', '收件人', '抄送', '主题'),
  keys('寄件者|寄件人', '寄件日期|日期|傳送時間', '收件者|收件人', '副本', '主旨|主題'),
  keys('보낸 ?사람', '보낸 ?날짜|날짜', '받는 ?사람', '참조', '제목'),
  keys('מאת', 'נשלח|תאריך', 'אל|עבור', 'עותק', 'נושא'),
  keys('من', 'تم الإرسال|تاريخ الإرسال|التاريخ', 'إلى', 'نسخة', 'الموضوع'),
] as const

/** What a telephone or a mail program calls itself: "Sent from Brno on Monday" is the writer's. */
const DEVICE =
  '(?:i-?phon|garmin|i-?pad|i-?pod|android|ios\\b|samsung|galaxy|huawei|xiaomi|redmi|poco|honor|nokia|motorola|sony|xperia|oneplus|pixel|htc|blackberry|windows|outlook|e-?mail|gmail|yahoo|seznam|post(?:y|box)|pošt|poczt|onet|interia|centrum|azet|proton|tutanota|tuta\\b|spark|mailbird|em client|thunderbird|aqua ?mail|blue ?mail|fair ?mail|my ?mail|air ?mail|edison|spike|newton|canary|superhuman|zoho|gmx|web\\.de|t-online|mobil|móvil|celular|telef|τηλ|κινητ|smartphone|phone|puhelim|handy|tablet|zařízení|zariadeni|urządzeni|device|appareil|dispositiv|gerät|toestel|alcatel|mailbox|enhet|enhed|laite|eszköz|dispozitiv|aplika|aplikacj|моб|телефон|συσκευή|携帯|手机|手機|휴대)'
/** A telephone's last line. */
export const MOBILE_SIGNATURES: readonly RegExp[] = [
  new RegExp(
    `^(?:Odesláno (?:ze?|pomocí|přes)|Posláno z|Poslané z|Odoslané (?:zo?|pomocou)|Wysłan[eo] (?:z|za pomocą)|Sent (?:from|via|with|using|by)|(?:Στάλθηκε|Εστάλη|Αποστολή) (?:από|μέσω)|Απεσταλμένο από|Gesendet (?:von|mit|aus|über)|Envoyé (?:de|depuis|à partir de|avec|via)|Enviado (?:desde|con|a través|do|da|de|a partir|via)|Inviato (?:da|dal|dalla|con|tramite)|(?:Verstuurd|Verzonden) (?:vanaf|vanuit|met|via)|Skickat från|Sendt fra|Lähetetty|Отправлено (?:с|из|через)|Надіслано з|Trimis (?:de pe|din|de la|cu)|Poslano (?:s|sa|iz|z)|Изпратено от|Saadetud|Išsiųsta iš|Nosūtīts no|发自|傳送自|נשלח מ|أرسلت من)(?![a-zà-ž]).{0,60}${DEVICE}.{0,70}$`,
    'iu'
  ),
  new RegExp(`^From my .{0,12}${DEVICE}.{0,20}$`, 'iu'),
  /^Sent from my (?!old |new |other |address|account|point).{2,40}$/i,
  /^Sent from my (?:cell|mobile|phone|tablet|laptop).{0,80}$/i,
  /^Provenance\s?: Courrier pour .{2,40}$/i,
  /^(?:Lähetetty iPh|Diese Nachricht wurde (?:von|mit) mein|Esta mensagem foi).{2,80}$/iu,
  new RegExp(`^(?:Von mein|Az |Ezt )?.{0,60}${DEVICE}.{0,40}\\s(?:gesendet|küldve|gönderildi|送信|傳送|보냄)\\.?$|^.{0,40}${DEVICE}.{0,12}(?:から送信|傳送|에서 보냄|에서 발송)$`, 'iu'),
  /^(?:Získejte|Získat|Stáhněte si|Získajte|Získať|Stiahnite si|Pobierz|Get|Download|Λήψη|Λήψη του|Holen Sie sich|Laden Sie|Obtenez|Télécharger|Obtenir|Obtener|Obtén|Descargar|Ottieni|Scarica|Outlook für|Hämta|Hent|Skaffa|Få|Hanki|Download|Obțineți|Obter|Obtenha)\s.{0,24}(?:Outlook|BlueMail|Spark|Canary|Yahoo Mail).{0,120}$|^Outlook für .{2,80}$/iu,
  /^.{0,60}Outlook.{0,60}[<(]\s?https:\/\/aka\.ms\/.{1,60}$/iu,
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


/** Where mail programs' own marks say: this is the signature. */
export const SIGNATURE_MARKERS: readonly RegExp[] = [
  /<(div|span|p|table|pre)\s[^>]{0,300}?class=["'][^"']{0,120}(?:gmail_signature(?!_prefix)|moz-signature|protonmail_signature_block|AppleMailSignature|tutanota_signature|yahoo-signature)[^>]{0,300}>/i,
  /<(div|span|p|table)\s[^>]{0,300}?id=["']?(?:x_)?(?:Signature|AppleMailSignature|ms-outlook-mobile-signature|ymail_android_signature|Zm-_Id_-Sgn)["'\s>][^>]{0,300}>?/i,
  /<(div|span)\s[^>]{0,300}?(?:name=["']?messageSignatureSection|data-signatureblock=|data-smartmail=["']?gmail_signature)[^>]{0,300}>/i,
]
