import type { Headers } from './headers.js'

/*
 * Was this written by a machine? Such mail is kept and shown like any other; it only never gets an
 * automatic answer (RFC 3834; the list: contracts/channels/07c).
 */

const MACHINES = /^(?:mailer-daemon|postmaster|(?:do-?)?not?-?reply|nepridpovidat|neodpovidat|bounces?)(?:[+\-._=][^@]*)?@/i
const SUBJECTS =
  /^(?:Automatická odpověď|Automatická odpoveď|Mimo kancelář|Automatische Antwort|Automatic reply|Auto(?:matic)?[- ]?reply|Out of (?:the )?office|Autoodpowiedź|Odpowiedź automatyczna|Αυτόματη απάντηση|Εκτός γραφείου)/iu
const PRESENT = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'list-id', 'list-unsubscribe', 'feedback-id', 'x-loop', 'x-opora-loop']

/** True for out-of-office notes, lists, newsletters, bounces and other machines. */
export function isAutomatic(headers: Headers, from: string, subject: string): boolean {
  const submitted = headers.text('auto-submitted')?.toLowerCase()
  if (submitted && !submitted.startsWith('no')) return true
  if (/\b(?:all|oof|autoreply)\b/i.test(headers.text('x-auto-response-suppress') ?? '')) return true
  if (/^(?:bulk|junk|list|auto_reply)\b/i.test(headers.text('precedence') ?? headers.text('x-precedence') ?? '')) return true
  if (PRESENT.some((name) => headers.has(name))) return true
  if (headers.all('return-path').some((path) => /^<\s*>$/.test(path.trim()))) return true
  if (/^multipart\/report\b/i.test(headers.text('content-type') ?? '')) return true
  if (/autoresponder/i.test(headers.text('delivered-to') ?? '')) return true
  return MACHINES.test(from) || SUBJECTS.test(subject.trim())
}
