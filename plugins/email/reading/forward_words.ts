/*
 * What mail programs write above a mail that somebody sends on, language by language: beside what the
 * library knows (email-forward-parser), for the languages and programs that it does not.
 */

/** "Forwarded message" as mail programs say it. */
const PASSED_ON = [
  'begin forwarded message', 'forwarded (?:message|mail|by)', 'start of forwarded message',
  '(?:začátek |zacatek )?přeposílan[éá] zpráv[ay]', 'začátek přeposlané zprávy', 'přeposlan[áý] (?:zpráva|e-?mail)', 'předán[aá] zpráva', 'přeposlaná pošta',
  'začiatok preposlanej správy', 'preposlan[áý] (?:správa|e-?mail)(?:[ \\t]-{2,3}[ \\t]forwarded message)?',
  'początek przekazywanej wiadomości', '(?:wiadomość )?przekazan[ae] (?:dalej|wiadomość)', 'przekazana wiadomość', 'wiadomość przekazana', 'treść przekazanej wiadomości', 'wiadomość przesłana dalej',
  '(?:έναρξη |αρχή )?προωθημένο(?:υ)? μηνύματος?', 'προωθημένο (?:μήνυμα|email|e-mail)', 'προωθούμενο μήνυμα',
  '(?:anfang der )?weitergeleitete[nr]? (?:nachricht|e-?mail)', '(?:début du )?message (?:transféré|réexpédié|transmis)', '(?:inicio del )?mensaje reenviado', '(?:inizio )?messaggio inoltrato',
  '(?:início da )?mensagem (?:reencaminhada|encaminhada)', '(?:begin )?doorgestuurd bericht', '(?:start på )?videresendt (?:besked|meddelelse|melding)', 'vidarebefordrat (?:mejl|meddelande|e-post)',
  '(?:edelleen)?välitetty viesti(?: alkaa)?(?:[ \\t]/[ \\t]fwd\\.msg)?', 'edelleenlähetetty viesti', 'továbbított (?:levél|üzenet)(?: kezdete)?', '(?:începe )?mesaj(?:ul)? (?:redirecționat|redirecţionat)', '(?:započni )?proslijeđen[ua] poruk[ua]',
  '(?:začetek )?posredovan(?:o|ega) sporočil[oa]', '(?:начало на )?препратено(?:то)? съобщение', 'weitergeleitet von', 'переслано', 'inoltrato da', 'transféré par', 'reenviado por', '(?:начало )?пере(?:адресованного сообщения|сылаемое сообщение|направленное сообщение)',
  '(?:початок листа, що пересилається|переслане повідомлення|перенаправлене повідомлення)', '(?:[iİ]leti başlangıcı|[iİ]letilmiş mesaj|[iİ]letilen [iİ]leti|yönlendirilen (?:mesaj|[iİ]leti))', 'прослеђена порука', 'prosleđena poruka', 'edastatud (?:kiri|sõnum)', 'persiųstas laiškas', 'pārsūtīt[aā]?s? (?:ziņojums|vēstule)',
  '(?:転送(?:されたメッセージ|メッセージ)|メッセージを転送)', '(?:开始)?转发(?:的)?邮件(?:信息)?', '(?:開始)?轉寄(?:的)?(?:郵件|訊息)', '전달된 메시지(?: 시작)?', 'הודעה שהועברה', 'رسالة معاد توجيهها', 'الرسالة المعاد توجيهها', 'missatge reenviat', 'mesaj redirecționat',
].join('|')

/** "Original message", which stands above a forward as well as above what is answered. */
export const ORIGINAL = [
  '(?:původní|odpovězená) (?:zpráva|e-?mail|mail)', 'pôvodn[áýaé] (?:správa|e-?mail|mail)', '(?:oryginalna wiadomość|wiadomość oryginalna|oryginalny e-?mail)', 'αρχικό μήνυμα', '(?:original|reply) (?:message|e-?mail)',
  'urspr(?:ü|ue)ngliche (?:nachricht|e-?mail|mail)', '(?:original|antwort)[ -]?nachricht', "message (?:d[’']origine|original|initial)", 'mensaje original', 'mensagem original', 'messaggio originale', 'mail original', '(?:oorspronkelijk|origineel) bericht',
  '(?:ursprungligt |original)meddelande', '(?:oprindelig|opprinnelig|original) (?:meddelelse|besked|melding)', 'alkuperäinen viesti', 'eredeti üzenet', 'mesaj(?:ul)? (?:original|inițial)', 'izvorna poruka', 'originalna poruka', 'izvirno sporočilo', 'оригинално съобщение', 'оригинална порука',
  'исходное сообщение', '(?:оригінальне|вихідне|початкове) повідомлення', '(?:orijinal (?:mesaj|ileti)|özgün [iİ]leti)', 'algne (?:kiri|sõnum)', 'originalus laiškas', '元のメッセージ', '(?:原始邮件|邮件原件|原始郵件|原始訊息)', '원본 메시지', 'הודעה מקורית', 'الرسالة الأصلية',
].join('|')

/** A line that says: from here on it is somebody else's mail. */
export const FORWARD_LINES = new RegExp(`^[ \\t>*_]*(?:[-‐–—]{2,}[ \\t]*)?(?:${PASSED_ON}|(?:${ORIGINAL})(?: follows)?)(?:[^\\n]{0,40}|[ \\t]*-{3,}[ \\t][^\\n]{1,1800})$`, 'imu')

/** Nothing but that somebody passes on what stands below. */
export const FORWARDED = new RegExp(`^[-‐_=*~—–>\\s]{0,80}(?:${PASSED_ON})\\s{0,4}[:：]?[-‐_=*~—–\\s]{0,80}$`, 'iu')

/** Prefixes of a subject that say the same. */
export const FORWARD_SUBJECTS = /^\s*(?:\[[^\]:]{1,40}\]\s*)*\[?(?:fwd?|fw|wg|tr|rv|i|inoltrato|doorst|vs|vb|vl|videresend|enc|res?: ?enc|pd|přep(?:osláno|ošle)?|prep|přepos|přeposlat|předáno|prz|fs|továbbítás|redir\.?|proslijeđeno|πρθ|προωθ|пр|пересл|[iİ]lt|i̇lt|yönlt|edasi|pers|pārs|转发|轉寄|転送|전달)(?:\[\d+\])?\s*[:：]\s*/iu

/**
 * Whether a mail is passed on by what its subject says. In Finnish "VS:" answers; in Danish and Norwegian it passes on.
 */
export function isForward(subject: string, text: string): boolean {
  return FORWARD_SUBJECTS.test(subject) && !(/^\s*vs\s?:/i.test(subject) && /^[>\s*]{0,10}Lähettäjä\s?:/m.test(text.slice(0, 60_000)))
}

const FROM = 'From|Od|Odesílatel|Odosielateľ|Nadawca|Από|Αποστολέας|Von|Absender|De|Expéditeur|Remitente|Da|Mittente|Van|Afzender|Fra|Från|Avsändare|Lähettäjä|Feladó|De la|Expeditor(?:ul)?|Šalje|Pošiljatelj|Пошиљалац|Шаље|Од|От|От кого|Отправитель|Подател|Від|Від кого|Kimden|Gönderen|Nuo|No|Saatja|差出人|送信元|发件人|寄件者|寄件人|보낸 ?사람|מאת|من'
const SENT =
  'Sent|Date|Date sent|Odesláno|Posláno|Datum|Odoslané|Poslané|Dátum|Wysłano|Wysłane|Data wysłania|Data|Στάλθηκε|Απεστάλη|Εστάλη|Αποστολή|Ημερομηνία|Gesendet(?: am)?|Envoyé(?: le)?|Enviado(?: el)?|Enviados|Enviada(?: em)?|Fecha|Inviato|Verzonden|Dato|Sendt|Skickat|Päivämäärä|Päiväys|Lähetetty|Elküldve|Küldés ideje|Küldve|Trimis|Dată|Poslano|Data di invio|Изпратено|Дата|Отправлено|Послано|Надіслано|Відправлено|Послато|Датум|Tarih|Gönderilme tarihi|Gönderme tarihi|Gönderim(?: tarihi)?|Gönderildi|Gönderilen|Saadetud|Saatmisaeg|Kuupäev|Išsiųsta|Nosūtīts|Datums|日付|日時|送信日時|日期|发送时间|发送日期|寄件日期|傳送時間|날짜|보낸 ?날짜|תאריך|נשלח|التاريخ|تم الإرسال|تاريخ الإرسال'
const TO = 'To|Komu|Adresát|Pre|Pro|Do|Adresat|Προς|An|À|Pour|Para|A|Per|Aan|Til|Till|Vastaanottaja|Saaja|Kenelle|Címzett|Către|Catre|Destinatar(?:ul)?|Prima|За|Za|До|Кому|Прима|Kime|Alıcı|Kam|Iki|Līdz|Adressaat|宛先|送信先|收件人|收件者|받는 ?사람|אל|עבור|إلى'
const CC = 'Cc|Kopie|Kopie \\(CC\\)|Kópia|Kópie|DW|Do wiadomości|Κοιν(?:\\.|οποίηση)?|Kopi|Kopia|Kopio|Kopija|Koopia|Kp|Másolatot kap|Másolat|Копия|Копие|Копія|Копија|Bilgi|抄送|副本|참조|עותק|نسخة|Con copia|Copie à'
const SUBJECT = 'Subject|Předmět|Predmet|Temat|Θέμα|Betreff|Objet|Sujet|Asunto|Oggetto|Ogg|Onderwerp|Assunto|Emne|Ämne|Aihe|Tárgy|Subiect(?:ul)?|Naslov|Zadeva|Тема|Относно|Наслов|Konu|Tema|Tēma|Teema|件名|主题|主旨|主題|제목|נושא|الموضوع'

/** The fields of a header block; each in every language, at the beginning of a line. */
export const FIELDS = { from: field(FROM), sent: field(SENT), to: field(TO), cc: field(CC), subject: field(SUBJECT) }

function field(names: string) {
  return new RegExp(`^[ \\t>*_]*\\*?(?:${names})[ \\t\\u00A0]{0,3}\\*?[ \\t\\u00A0]?[:：][ \\t*]*(.*)$`, 'iu')
}

/** The same names anywhere in a line: Yahoo's plain text runs the whole block together. Short ones only behind a bracket or a dash. */
const ANYWHERE = new RegExp(`(?<=[>;\\s-])(?:${[FROM, SENT, TO, CC, SUBJECT].join('|')})[ \\u00A0]?[:：]|(?:${[SENT, SUBJECT].join('|').split('|').filter((name) => name.length > 3).join('|')})[ \\u00A0]?[:：]|(?<=[A-Z]{3})Assunto(?= )`, 'gu')

/** One line of a whole block as the lines that were meant. */
export function unrun(line: string): string {
  return line.replace(ANYWHERE, (name) => `\n${name}${/[:：]$/.test(name) ? '' : ':'}`)
}
