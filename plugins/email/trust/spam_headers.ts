import type { IncomingMessage } from '#plugin'
import type { Headers } from '../reading/headers.js'

/*
 * What the provider's filters have written into the mail: SpamAssassin, rspamd, Exchange and the like.
 * A sender can write such lines too. One that says "good" is worth nothing therefore and is not read;
 * one that says "spam" only harms him who wrote it.
 */

type Spam = NonNullable<IncomingMessage['spam']>

/** Null when no filter has said anything. */
export function spamByHeaders(headers: Headers): Spam | null {
  const found = [spamAssassin(headers), rspamd(headers), exchange(headers), others(headers)].filter((one) => one !== null)
  if (found.length === 0) return null
  const rank = { ham: 0, unsure: 1, spam: 2 }
  const worst = found.reduce((a, b) => (rank[b.verdict] > rank[a.verdict] ? b : a))
  const score = worst.score ?? found.find((one) => one.score !== undefined)?.score
  return { verdict: worst.verdict, ...(score === undefined ? {} : { score }), reasons: found.flatMap(({ reasons }) => reasons).slice(0, 20) }
}

/** `X-Spam-Status: Yes, score=12.3 required=5.0 tests=…`, `X-Spam-Flag: YES`, `X-Spam-Level: *****`. */
function spamAssassin(headers: Headers): Spam | null {
  const status = headers.text('x-spam-status')
  const flag = headers.text('x-spam-flag') ?? headers.text('x-spam')
  const told = /^(yes|no)\b/i.exec(status ?? '')?.[1] ?? /^(yes|no|true|false|spam|ham)\b/i.exec(flag ?? '')?.[1]
  const score = numberIn(/(?:score|hits)=\s*(-?\d+(?:\.\d+)?)/i.exec(status ?? '')?.[1] ?? /^\s*(-?\d+(?:\.\d+)?)/.exec(headers.text('x-spam-score') ?? '')?.[1])
  const required = numberIn(/required=\s*(-?\d+(?:\.\d+)?)/i.exec(status ?? '')?.[1])
  const level = /^[*+]+/.exec(headers.text('x-spam-level') ?? '')?.[0].length
  if (!told && score === undefined && level === undefined) return null
  const isSpam = /^(yes|true|spam)$/i.test(told ?? '') || (score !== undefined && required !== undefined && score >= required)
  const near = !isSpam && ((score !== undefined && score >= (required ?? 5) * 0.7 && score > 0) || (level ?? 0) >= 5)
  return { verdict: isSpam ? 'spam' : near ? 'unsure' : 'ham', ...(score === undefined ? {} : { score }), reasons: [...(isSpam || near ? ['SpamAssassin'] : []), ...testsIn(status)] }
}

function testsIn(status: string | null): string[] {
  const tests = /tests=\[?([A-Z0-9_,.=\s-]{2,2000})/.exec(status ?? '')?.[1] ?? ''
  return tests.split(/[\s,]+/).map((test) => test.split('=')[0]).filter((test) => /^[A-Z][A-Z0-9_]{2,60}$/.test(test) && test !== 'NONE').slice(0, 12)
}

/** `X-Spamd-Result: default: True [12.30 / 15.00]; SYMBOL(1.00)[…]`, `X-Rspamd-Action: add header`, `X-Spamd-Bar: ++++`. */
function rspamd(headers: Headers): Spam | null {
  const result = headers.text('x-spamd-result')
  const action = (headers.text('x-rspamd-action') ?? '').toLowerCase().replace(/_/g, ' ')
  const bar = /^\++/.exec(headers.text('x-spamd-bar') ?? '')?.[0].length
  if (!result && !action && bar === undefined) return null
  const found = /\b(True|False)\b[^[]{0,40}\[\s*(-?\d+(?:\.\d+)?)\s*\/\s*(-?\d+(?:\.\d+)?)/i.exec(result ?? '')
  const score = numberIn(found?.[2])
  const isSpam = /^true$/i.test(found?.[1] ?? '') || /^(?:reject|add header|rewrite subject|quarantine)/.test(action)
  const near = !isSpam && (/greylist|soft reject/.test(action) || (score !== undefined && score >= 5) || (bar ?? 0) >= 6)
  const symbols = [...(result ?? '').matchAll(/\b([A-Z][A-Z0-9_]{3,60})\s*\((\d+(?:\.\d+)?)\)/g)].filter(([, , weight]) => Number(weight) > 0).map(([, symbol]) => symbol)
  return { verdict: isSpam ? 'spam' : near ? 'unsure' : 'ham', ...(score === undefined ? {} : { score }), reasons: [...(isSpam || near ? ['rspamd'] : []), ...symbols.slice(0, 12)] }
}

/** Exchange: SCL from 5 is spam; SFV and CAT of the Forefront report (SPM, PHSH …). */
function exchange(headers: Headers): Spam | null {
  const report = headers.text('x-forefront-antispam-report') ?? ''
  const scl = numberIn(headers.text('x-ms-exchange-organization-scl') ?? /\bSCL:(-?\d+)/i.exec(report)?.[1])
  const verdict = /\bSFV:(\w+)/i.exec(report)?.[1].toUpperCase()
  const category = /\bCAT:(\w+)/i.exec(report)?.[1].toUpperCase()
  if (scl === undefined && !verdict && !category) return null
  const isSpam = (scl ?? 0) >= 5 || ['SPM', 'SKB', 'SKS'].includes(verdict ?? '') || ['SPM', 'HSPM', 'PHSH', 'HPHSH', 'HPHISH', 'MALW', 'SPOOF', 'UIMP', 'DIMP', 'GIMP'].includes(category ?? '')
  return { verdict: isSpam ? 'spam' : 'ham', ...(scl === undefined ? {} : { score: scl }), reasons: isSpam ? [['Exchange', scl !== undefined ? `SCL ${scl}` : '', verdict, category].filter(Boolean).join(' ')] : [] }
}

/** Gmail, Barracuda, Proofpoint, Sophos and others that only say yes. */
function others(headers: Headers): Spam | null {
  const yes = ['x-gm-spam', 'x-barracuda-spam-flag', 'x-proofpoint-spam-flag', 'x-ovh-spam-flag', 'x-spamflag', 'x-spam-detected', 'x-is-spam', 'x-antispam-flag', 'x-seznam-spam'].find((name) => /^(?:yes|true|1|spam)\b/i.test(headers.text(name) ?? ''))
  if (yes) return { verdict: 'spam', reasons: [yes] }
  const proofpoint = /\brule=\w*spam\b[^;]*|classifier=spam/i.exec(headers.text('x-proofpoint-spam-details') ?? '')?.[0]
  if (proofpoint && !/notspam/i.test(proofpoint)) return { verdict: 'spam', reasons: ['Proofpoint'] }
  const ovh = /spam(?:status)?\s*:?\s*(?:state\s*)?=?\s*spam/i.test(headers.text('x-vr-spamstate') ?? '')
  return ovh ? { verdict: 'spam', reasons: ['OVH'] } : null
}

function numberIn(text: string | null | undefined): number | undefined {
  const number = text === null || text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}
