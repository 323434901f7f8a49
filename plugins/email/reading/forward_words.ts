/*
 * What mail programs write above a mail that somebody sends on, language by language: beside what the
 * library knows (email-forward-parser), for the languages and programs that it does not.
 */

/** A line that says: from here on it is somebody else's mail. */
export const FORWARD_LINES =
  /^[ \t>*_]*(?:-{2,}[ \t]*)?(?:begin forwarded message|forwarded (?:message|mail|by)|start of forwarded message|original (?:message|e-?mail)(?: follows)?|(?:začátek |zacatek )?přeposílan[éá] zpráv[ay]|přeposlan[áý] (?:zpráva|e-?mail)|předán[aá] zpráva|přeposlaná pošta|původní (?:zpráva|e-?mail)|začiatok preposlanej správy|preposlan[áý] (?:správa|e-?mail)|pôvodn[áý] (?:správa|e-?mail)|początek przekazywanej wiadomości|(?:wiadomość )?przekazan[ae] (?:dalej|wiadomość)|przekazana wiadomość|treść przekazanej wiadomości|oryginalna wiadomość|wiadomość oryginalna|wiadomość przesłana dalej|(?:έναρξη |αρχή )?προωθημένο(?:υ)? μηνύματος?|προωθημένο (?:μήνυμα|email|e-mail)|προωθούμενο μήνυμα|αρχικό μήνυμα|(?:anfang der )?weitergeleitete[nr]? nachricht|ursprüngliche nachricht|originalnachricht|(?:début du )?message (?:transféré|réexpédié|transmis|d'origine)|(?:inicio del )?mensaje (?:reenviado|original)|(?:inizio )?messaggio (?:inoltrato|originale)|(?:início da )?mensagem (?:reencaminhada|encaminhada|original)|(?:begin )?doorgestuurd bericht|oorspronkelijk bericht|(?:start på )?videresendt (?:besked|meddelelse|melding)|(?:oprindelig|opprinnelig) (?:meddelelse|besked|melding)|vidarebefordrat (?:mejl|meddelande)|ursprungligt meddelande|(?:edelleen)?välitetty viesti|edelleenlähetetty viesti|alkuperäinen viesti|továbbított (?:levél|üzenet)|eredeti üzenet|(?:începe )?mesaj(?:ul)? (?:redirecționat|redirecţionat|original)|(?:započni )?proslijeđen[ua] poruk[ua]|izvorna poruka|posredovano sporočilo|izvirno sporočilo|препратено съобщение|оригинално съобщение|(?:начало )?пере(?:адресованного сообщения|сылаемое сообщение|направленное сообщение)|исходное сообщение|(?:початок листа, що пересилається|переслане повідомлення|перенаправлене повідомлення|оригінальне повідомлення)|(?:ileti başlangıcı|iletilmiş mesaj|iletilen ileti|yönlendirilen mesaj)|転送(?:されたメッセージ|メッセージ)|转发(?:的)?邮件|轉寄郵件|전달된 메시지|הודעה שהועברה|رسالة معاد توجيهها)[^\n]{0,40}$/imu

/** Prefixes of a subject that say the same. */
export const FORWARD_SUBJECTS = /^\s*(?:\[[^\]]{1,40}\]\s*)*(?:fwd?|fw|wg|tr|rv|i|inoltrato|doorst|vs|vb|vl|videresend|enc|res?: ?enc|pd|přepos|přeposlat|prz|fs|továbbítás|redir\.?|proslijeđeno|πρθ|προωθ|пр|пересл|ilt|i̇lt|yönlt|转发|轉寄|転送|전달)(?:\[\d+\])?\s*[:：]\s*/iu

/** The fields of a header block; each in every language, at the beginning of a line. */
export const FIELDS = {
  from: field('From|Od|Odesílatel|Odosielateľ|Nadawca|Από|Αποστολέας|Von|Absender|De|Expéditeur|Remitente|Da|Mittente|Van|Afzender|Fra|Från|Lähettäjä|Feladó|De la|Expeditor(?:ul)?|Šalje|Pošiljatelj|Пошиљалац|От|От кого|Отправитель|Від|Від кого|Kimden|Gönderen|Nuo|No|Saatja|差出人|发件人|寄件者|보낸 사람|מאת|من'),
  sent: field('Sent|Date|Date sent|Odesláno|Datum|Odoslané|Dátum|Wysłano|Data|Στάλθηκε|Απεστάλη|Ημερομηνία|Gesendet|Envoyé(?: le)?|Enviado(?: el)?|Fecha|Inviato|Verzonden|Dato|Sendt|Skickat|Päivämäärä|Lähetetty|Dátum|Elküldve|Küldés ideje|Trimis|Poslano|Data di invio|Изпратено|Дата|Отправлено|Надіслано|Tarih|Gönderilme tarihi|日付|送信日時|发送时间|日期|보낸 날짜|תאריך|التاريخ'),
  to: field('To|Komu|Adresát|Do|Adresat|Προς|An|À|Para|A|Aan|Til|Till|Vastaanottaja|Címzett|Către|Prima|Za|До|Кому|Kime|Alıcı|宛先|收件人|받는 사람|אל|إلى'),
  cc: field('Cc|Kopie|Kópia|DW|Do wiadomości|Κοιν(?:\\.|οποίηση)?|Kopi|Kopia|Kopio|Másolatot kap|Másolat|Копия|Копие|Копія|Bilgi|抄送|참조|Con copia|Copie à'),
  subject: field('Subject|Předmět|Predmet|Temat|Θέμα|Betreff|Objet|Sujet|Asunto|Oggetto|Onderwerp|Assunto|Emne|Ämne|Aihe|Tárgy|Subiect(?:ul)?|Naslov|Zadeva|Тема|Относно|Konu|Tema|件名|主题|主旨|제목|נושא|الموضوع'),
}

function field(names: string) {
  return new RegExp(`^[ \\t>*_]*\\*?(?:${names})[ \\t\\u00A0]{0,3}\\*?[ \\t\\u00A0]?[:：][ \\t*]*(.*)$`, 'iu')
}
