import { words } from '#search/folding'
import { nowMs } from '#support/clock'
import { onceInTransaction, openTransaction, transaction } from '#support/transaction'

/*
 * The desk's own filter: it learns from the team alone, from "spam", "not spam" and from what is
 * answered. Words are folded as search folds them; each counts once a message. How the words of a
 * message are put together is Robinson's and Fisher's way (chi-square), which says "unsure" where it
 * knows little.
 */

/** Below so many messages of either kind it says nothing. */
const ENOUGH = 5
/** Words of a message that count, the most telling first. */
const TELLING = 60
/** Words of a message that are looked up or learned. */
const WORDS = 250
/** Words remembered at most; the oldest of those seen once go first. */
export const MEMORY = 100_000
const SPAM_FROM = 0.95
const UNSURE_FROM = 0.75
/** A rare word is drawn to the middle as if it had been seen so often undecided. */
const STRENGTH = 0.45
/** Words whose probability is nearer to the middle tell nothing. */
const MIN_DISTANCE = 0.1

export interface Letter {
  readonly subject: string | null
  readonly from: string | null
  readonly text: string
  readonly html?: string | null
}

export interface Opinion {
  readonly verdict: 'ham' | 'unsure' | 'spam'
  /** 0 good … 1 spam. */
  readonly score: number
}

/** What the filter thinks; null while it has learned too little. Inside a transaction. */
export async function opinionOn(letter: Letter): Promise<Opinion | null> {
  const counts = await onceInTransaction('spam lessons', lessons)
  if (counts.spam < ENOUGH || counts.ham < ENOUGH) return null
  const tokens = tokensOf(letter)
  if (tokens.length === 0) return null
  const rows: { token: string; spam: number; ham: number }[] = await openTransaction().from('spam_tokens').whereIn('token', tokens).select('token', 'spam', 'ham')
  const chances = rows
    .map(({ spam, ham }) => chanceOf(Number(spam), Number(ham), counts))
    .filter((chance) => Math.abs(chance - 0.5) >= MIN_DISTANCE)
    .sort((a, b) => Math.abs(b - 0.5) - Math.abs(a - 0.5))
    .slice(0, TELLING)
  if (chances.length < 3) return null
  const score = together(chances)
  return { score: Math.round(score * 1000) / 1000, verdict: score >= SPAM_FROM ? 'spam' : score >= UNSURE_FROM ? 'unsure' : 'ham' }
}

/** Learns one message, once; a changed mind unlearns the first lesson. */
export async function learn(messageId: number, letter: Letter, verdict: 'spam' | 'ham') {
  await transaction(async (trx) => {
    const before = await trx.from('spam_lessons').where('message_id', messageId).select('verdict').first()
    if (before?.verdict === verdict) return
    const tokens = tokensOf(letter)
    const at = nowMs()
    if (before) {
      await trx.from('spam_lessons').where('message_id', messageId).update({ verdict, created_at: at })
      const column = before.verdict as 'spam' | 'ham'
      await trx.from('spam_tokens').whereIn('token', tokens).where(column, '>', 0).update({ [column]: trx.raw(`${column} - 1`) })
    } else {
      await trx.insertQuery().table('spam_lessons').insert({ message_id: messageId, verdict, created_at: at })
    }
    if (tokens.length === 0) return
    await trx
      .knexQuery()
      .table('spam_tokens')
      .insert(tokens.map((token) => ({ token, spam: verdict === 'spam' ? 1 : 0, ham: verdict === 'ham' ? 1 : 0, updated_at: at })))
      .onConflict('token')
      .merge({ [verdict]: trx.knexRawQuery(`spam_tokens.${verdict} + 1`), updated_at: at } as never)
  })
}

/** How much was learned from messages that are gone: a row beside the words, which no message can have. */
const GONE = ' gone'

/** Forgets which messages taught it, and keeps what it has learned. In the open transaction. */
export async function forgetLessons(messageIds: readonly number[]) {
  const trx = openTransaction()
  const lost = await trx.from('spam_lessons').whereIn('message_id', [...messageIds]).groupBy('verdict').select('verdict').count('* as total')
  if (lost.length === 0) return
  const of = (verdict: string) => Number(lost.find((row) => row.verdict === verdict)?.total ?? 0)
  await trx.from('spam_lessons').whereIn('message_id', [...messageIds]).delete()
  await trx
    .knexQuery()
    .table('spam_tokens')
    .insert({ token: GONE, spam: of('spam'), ham: of('ham'), updated_at: nowMs() })
    .onConflict('token')
    .merge({ spam: trx.knexRawQuery(`spam_tokens.spam + ${of('spam')}`), ham: trx.knexRawQuery(`spam_tokens.ham + ${of('ham')}`) } as never)
}

/** Keeps the memory small: what was seen once and long ago goes. Run by the clock. */
export async function forgetRareWords() {
  await transaction(async (trx) => {
    const [{ total }] = await trx.from('spam_tokens').count('* as total')
    const over = Number(total) - MEMORY
    if (over <= 0) return
    const oldest = await trx.from('spam_tokens').whereRaw('spam + ham <= 1').whereNot('token', GONE).orderBy('updated_at').limit(Math.min(over + 1000, 20_000)).select('token')
    const more = oldest.length < over ? await trx.from('spam_tokens').whereNot('token', GONE).orderBy('updated_at').limit(Math.min(over, 20_000)).select('token') : []
    const tokens = [...oldest, ...more].map(({ token }) => token)
    for (let from = 0; from < tokens.length; from += 500) await trx.from('spam_tokens').whereIn('token', tokens.slice(from, from + 500)).delete()
  })
}

/** What a message is made of for the filter: words, whom it is from, where its links lead. */
export function tokensOf({ subject, from, text, html }: Letter): string[] {
  const domain = from?.split('@')[1]?.toLowerCase()
  const links = [...`${text.slice(0, 20_000)} ${html?.slice(0, 40_000) ?? ''}`.matchAll(/https?:\/\/([a-z0-9.-]{3,80})/gi)].map(([, host]) => `link:${host.toLowerCase().replace(/^www\./, '')}`)
  const plain = words(text.slice(0, 20_000)).filter((word) => word.length >= 3 && word.length <= 30 && !/^\d+$/.test(word))
  const titled = words(subject ?? '').filter((word) => word.length >= 3).map((word) => `subject:${word}`)
  const all = [...(domain ? [`from:${domain}`] : []), ...titled, ...links.slice(0, 20), ...plain]
  return [...new Set(all.map((token) => token.slice(0, 60)))].slice(0, WORDS)
}

async function lessons(): Promise<{ spam: number; ham: number }> {
  const rows = await openTransaction().from('spam_lessons').groupBy('verdict').select('verdict').count('* as total')
  const gone = await openTransaction().from('spam_tokens').where('token', GONE).select('spam', 'ham').first()
  const of = (verdict: 'spam' | 'ham') => Number(rows.find((row) => row.verdict === verdict)?.total ?? 0) + Number(gone?.[verdict] ?? 0)
  return { spam: of('spam'), ham: of('ham') }
}

function chanceOf(spam: number, ham: number, counts: { spam: number; ham: number }): number {
  const bad = Math.min(1, spam / counts.spam)
  const good = Math.min(1, ham / counts.ham)
  const seen = spam + ham
  const raw = bad + good === 0 ? 0.5 : bad / (bad + good)
  return Math.min(0.995, Math.max(0.005, (STRENGTH * 0.5 + seen * raw) / (STRENGTH + seen)))
}

function together(chances: readonly number[]): number {
  const spam = 1 - chiSquare(-2 * chances.reduce((sum, chance) => sum + Math.log(1 - chance), 0), 2 * chances.length)
  const ham = 1 - chiSquare(-2 * chances.reduce((sum, chance) => sum + Math.log(chance), 0), 2 * chances.length)
  return (1 + spam - ham) / 2
}

/** The chance that a chi-square of an even number of degrees is at least so much. */
function chiSquare(value: number, degrees: number): number {
  const half = value / 2
  let term = Math.exp(-half)
  let sum = term
  for (let index = 1; index < degrees / 2; index++) {
    term *= half / index
    sum += term
  }
  return Math.min(1, sum)
}
