import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import Database from 'better-sqlite3'
import { simpleParser } from 'mailparser'
import { words } from '#search/folding'
import { load } from './load.js'
import { COMMON, RARE, dice, letter } from './texts.js'

/*
 * How far this machine goes at this moment with nothing of ours in the way. Beside them the desk's figures say
 * what the desk costs, whatever the machine.
 */

export interface Limits {
  /** A bare node:http server that answers 16 KB, requests a second. */
  readonly http1: number
  readonly http8: number
  /** One message and its words a commit, each on the disk (WAL, synchronous FULL). */
  readonly commits: number
  /** The same in batches of 500. */
  readonly batched: number
  /** ms */
  readonly rare: number
  /** Newest 50 with the word, ms. */
  readonly common: number
  /** mailparser, mails a second. */
  readonly parsed: number
}

export async function measureLimits(folder: string, mails: readonly Buffer[], { seconds, messages }: { seconds: number; messages: number }): Promise<Limits> {
  const [http1, http8] = await bareHttp(seconds)
  return { http1, http8, ...bareSqlite(join(folder, 'limit.sqlite'), messages), parsed: await bareMailparser(mails.slice(0, 400)) }
}

async function bareHttp(seconds: number): Promise<[number, number]> {
  const program = `const s=require('node:http').createServer((q,r)=>{r.setHeader('content-type','text/html');r.end(page)});const page='x'.repeat(16384);s.listen(0,'127.0.0.1',()=>console.log(s.address().port))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [port] = await once(child.stdout, 'data')
    const url = `http://127.0.0.1:${String(port).trim()}`
    const one = await load(url, '', () => ({ path: '/' }), { connections: 1, seconds })
    const eight = await load(url, '', () => ({ path: '/' }), { connections: 8, seconds })
    return [one.perSecond, eight.perSecond]
  } finally {
    child.kill('SIGKILL')
  }
}

function bareSqlite(path: string, messages: number) {
  const db = new Database(path)
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.exec(`CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT); CREATE VIRTUAL TABLE found USING fts5(body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')`)
    const [message, word] = [db.prepare('INSERT INTO messages (id, text) VALUES (?, ?)'), db.prepare('INSERT INTO found (rowid, body) VALUES (?, ?)')]
    const of = dice(1)
    let id = 0
    const one = () => {
      const text = letter(of, 'cs', [...(id % 4 === 0 ? [] : [COMMON]), ...(id % 2000 === 7 ? [RARE] : [])])
      message.run(++id, text)
      word.run(id, words(text).join(' '))
    }
    const batch = db.transaction(() => {
      for (let n = 0; n < 500; n++) one()
    })
    const batched = rate(messages, () => {
      for (let n = 0; n < messages; n += 500) batch()
    })
    const single = db.transaction(one)
    const commits = rate(500, () => {
      for (let n = 0; n < 500; n++) single()
    })
    const find = db.prepare('SELECT rowid FROM found WHERE found MATCH ? ORDER BY rowid DESC LIMIT 50')
    const took = (term: string) => 1000 / rate(200, () => {
      for (let n = 0; n < 200; n++) find.all(`"${term}"`)
    })
    return { batched, commits, rare: took(RARE), common: took(COMMON) }
  } finally {
    db.close()
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  }
}

async function bareMailparser(mails: readonly Buffer[]) {
  const from = performance.now()
  for (const mail of mails) await simpleParser(mail, { skipImageLinks: true })
  return (mails.length * 1000) / (performance.now() - from)
}

function rate(count: number, work: () => void) {
  const from = performance.now()
  work()
  return (count * 1000) / (performance.now() - from)
}
