/*
 * How mail programs introduce what they quote, in Czech, Slovak, Polish, Greek and English
 * (contracts/channels/07b). No nested quantifiers and every length bounded: hostile text costs no time.
 */

/** The line, or two or three joined, before a quote: "Dne 2. 11. 2026 v 10:00 Jana napsala:". */
export const ATTRIBUTIONS: readonly RegExp[] = [
  /^On\s.{4,300}\swrote:?$/iu,
  /^(?:Dne|Dňa)\s.{4,300}\snap[ií]sala?(?:\(a\)|\/a)?:$/iu,
  /^.{4,250}\sodesílatel\s.{1,250}\snapsala?(?:\(a\))?:$/iu,
  /^(?:\p{L}{2,9}\.?,?\s)?\d{1,2}\.\s?(?:\d{1,2}\.|\p{L}{3,12}\.?)\s?\d{4}\s(?:v|o)\s\d{1,2}:\d{2},?\s.{1,250}:$/iu,
  /^.{4,150}\so\s\d{1,2}:\d{2}\s.{1,250}\snap[ií]sal(?:a|\(a\))?:$/iu,
  /^W\sdniu\s.{4,300}\s(?:pisze|napisała?(?:\(a\))?):$/iu,
  /^Dnia\s.{4,300}\snapisała?(?:\(a\))?:$/iu,
  /^.{4,150}\so\s\d{1,2}:\d{2}\s.{1,250}\s(?:napisała?(?:\(a\))?|pisze):$/iu,
  /^Wiadomość\snapisana\sprzez\s.{1,250}\sw\sdniu\s.{4,150}:$/iu,
  /^Στις\s.{4,300}\sέγραψε:$/iu,
  /^Am\s.{4,300}\sschrieb.{0,200}:$/iu,
]

/** A line that says: below is somebody else's mail. */
export const SEPARATORS: readonly RegExp[] = [
  /^-{3,}\s?(?:Původní (?:zpráva|e-?mail)|Přeposlaná zpráva|Pôvodná správa|Preposlaná správa|Oryginalna wiadomość|Wiadomość oryginalna|Wiadomość przekazana|Αρχικό μήνυμα|Προωθημένο μήνυμα|Original Message|Forwarded message)\s?-{3,}$/iu,
  /^(?:Begin forwarded message|Začátek přeposlané zprávy|Początek przekazywanej wiadomości):$/iu,
]

/** Keys of a header block ("From: … Sent: … To: … Subject: …"), language by language; three of a row make one. */
export const HEADER_KEYS: readonly (readonly RegExp[])[] = [
  [/^\*?Od:\*?\s/iu, /^\*?(?:Odesláno|Datum):\*?\s/iu, /^\*?Komu:\*?\s/iu, /^\*?Kopie:\*?\s/iu, /^\*?Předmět:\*?\s/iu],
  [/^\*?Od:\*?\s/iu, /^\*?(?:Odoslané|Dátum):\*?\s/iu, /^\*?Komu:\*?\s/iu, /^\*?Kópia:\*?\s/iu, /^\*?Predmet:\*?\s/iu],
  [/^\*?Od:\*?\s/iu, /^\*?(?:Wysłano|Data):\*?\s/iu, /^\*?Do:\*?\s/iu, /^\*?DW:\*?\s/iu, /^\*?Temat:\*?\s/iu],
  [/^\*?Από:\*?\s/iu, /^\*?(?:Στάλθηκε|Ημερομηνία):\*?\s/iu, /^\*?Προς:\*?\s/iu, /^\*?Κοιν\.?:\*?\s/iu, /^\*?Θέμα:\*?\s/iu],
  [/^\*?From:\*?\s/iu, /^\*?(?:Sent|Date):\*?\s/iu, /^\*?To:\*?\s/iu, /^\*?Cc:\*?\s/iu, /^\*?Subject:\*?\s/iu],
]

/** A telephone's last line. */
export const MOBILE_SIGNATURES: readonly RegExp[] = [
  /^(?:Odesláno z|Odoslané z|Wysłane z|Sent from|Στάλθηκε από)\s.{2,60}$/iu,
  /^(?:Získejte|Získajte|Pobierz|Get|Λήψη)\s(?:aplikaci\s|aplikáciu\s|aplikację\s|του\s)?Outlook\s.{2,40}$/iu,
]

/** Where mail programs' own HTML marks begin to quote. */
export const HTML_MARKERS: readonly RegExp[] = [
  /<div[^>]{0,300}class=["'][^"']{0,200}op-reply-above/i,
  /<(?:div|blockquote)[^>]{0,300}class=["'][^"']{0,200}gmail_quote/i,
  /<blockquote[^>]{0,300}type=["']?cite/i,
  /<[a-z]{1,12}[^>]{0,200}id=["']?(?:x_)?(?:appendonsend|divRplyFwdMsg|mail-editor-reference-message-container)/i,
  /<div[^>]{0,300}class=["'][^"']{0,200}(?:moz-cite-prefix|protonmail_quote)/i,
  /<[a-z]{1,12}[^>]{0,200}id=["']?[^"'>]{0,40}yahoo_quoted_/i,
  /<div[^>]{0,200}style=["'][^"']{0,100}border:none;\s?border-top:solid #[0-9a-f]{3,6} 1\.0pt;\s?padding:3\.0pt 0(?:cm|in) 0(?:cm|in) 0(?:cm|in)/i,
]
