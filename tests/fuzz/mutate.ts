import { readFileSync, readdirSync } from 'node:fs'
import { dice, type Dice } from '../bench/texts.js'

/*
 * Damaged mails, always the same ones: each is a case of the corpus with a few things done to it that happen on the
 * way (cut off, put together twice, bytes lost) and a few that somebody does on purpose.
 */

const CORPUS = new URL('../fixtures/mail/', import.meta.url)
/** Small ones are mutated deeper in the same time. */
const MAX_BYTES = 6000
const MAX_MUTATED = 64 * 1024

const TOKENS = [
  ...['\r\n', '\n', '\r', '\r\n\r\n', '\0', '--', '--m\r\n', '--m--', '=?utf-8?B?', '=?utf-8?Q?', '?=', '=', '=\r\n', '"', '\\', '(', ')', '<', '>', '@', ',', ';', ':'],
  ...['Content-Type: multipart/mixed; boundary=m\r\n', 'Content-Type: multipart/alternative\r\n', 'Content-Type: message/rfc822\r\n', 'Content-Type: text/html; charset=utf-7\r\n', 'Content-Type: text/calendar\r\n', 'Content-Type: application/ms-tnef\r\n'],
  ...['Content-Transfer-Encoding: base64\r\n', 'Content-Transfer-Encoding: quoted-printable\r\n', 'Content-Transfer-Encoding: x-uuencode\r\n', 'Content-Disposition: attachment; filename*0*=utf-8\'\'%C3;\r\n filename*1*=%A1\r\n'],
  ...['charset=utf-16', 'charset=iso-2022-jp', 'charset=gb18030', 'charset=nonsense', 'format=flowed; delsp=yes', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=X:20261301T999999\r\n', 'begin 644 a\r\n'],
  ...['From: ', 'Subject: ', 'Message-ID: <', 'Date: Mon, 32 Foo 9999\r\n', '<div>', '<blockquote>', '<script>', '<!--', '<img src="cid:', '> ', 'Dne 2. 11. 2026 v 10:00 Jana napsala:\r\n', '\u202E', '\uFEFF', '\xC3', '\xFF\xFE', '\x1B$B'],
]

/** The cases to begin with, by name, in one order everywhere. */
export function seeds(): Buffer[] {
  return readdirSync(CORPUS)
    .sort()
    .map((name) => readFileSync(new URL(`${name}/mail.eml`, CORPUS)))
    .filter(({ length }) => length <= MAX_BYTES)
}

/** The n-th damaged mail of a seed: the same bytes whenever it is asked for. */
export function mutated(originals: readonly Buffer[], seed: number, n: number): Buffer {
  const of = dice(seed * 1_000_003 + n)
  let mail = of.one(originals)
  const times = 1 + of.below(6)
  for (let time = 0; time < times; time++) mail = MUTATIONS[of.below(MUTATIONS.length)](mail, of, originals).subarray(0, MAX_MUTATED)
  return mail
}

type Mutation = (mail: Buffer, of: Dice, originals: readonly Buffer[]) => Buffer

const range = (mail: Buffer, of: Dice, most: number): [from: number, to: number] => {
  const from = of.below(mail.length + 1)
  return [from, Math.min(mail.length, from + of.below(most))]
}
const into = (mail: Buffer, at: number, piece: Buffer) => Buffer.concat([mail.subarray(0, at), piece, mail.subarray(at)])
const lines = (mail: Buffer) => mail.toString('latin1').split('\n')
const joined = (all: string[]) => Buffer.from(all.join('\n'), 'latin1')

const MUTATIONS: readonly Mutation[] = [
  (mail, of) => {
    const copy = Buffer.from(mail)
    for (let n = of.below(20); n >= 0 && copy.length > 0; n--) copy[of.below(copy.length)] = of.below(256)
    return copy
  },
  (mail, of) => mail.subarray(0, of.below(mail.length + 1)),
  (mail, of) => {
    const [from, to] = range(mail, of, 400)
    return Buffer.concat([mail.subarray(0, from), mail.subarray(to)])
  },
  (mail, of) => {
    const [from, to] = range(mail, of, 200)
    return into(mail, from, Buffer.concat(Array<Buffer>(1 + of.below(60)).fill(mail.subarray(from, to))))
  },
  (mail, of) => into(mail, of.below(mail.length + 1), Buffer.from(of.one(TOKENS), 'latin1')),
  (mail, of) => {
    const token = Buffer.from(of.one(TOKENS), 'latin1')
    return into(mail, of.below(mail.length + 1), Buffer.concat(Array<Buffer>(1 + of.below(400)).fill(token)))
  },
  (mail, of) => into(mail, of.below(mail.length + 1), Buffer.from(Array.from({ length: of.below(80) }, () => of.below(256)))),
  (mail, of, originals) => {
    const other = of.one(originals)
    return Buffer.concat([mail.subarray(0, of.below(mail.length + 1)), other.subarray(of.below(other.length + 1))])
  },
  (mail, of) => {
    const all = lines(mail)
    const [a, b] = [of.below(all.length), of.below(all.length)]
    ;[all[a], all[b]] = [all[b], all[a]]
    return joined(all)
  },
  (mail, of) => {
    const all = lines(mail)
    all.splice(of.below(all.length), 1)
    return joined(all)
  },
  (mail, of) => Buffer.from(mail.toString('latin1').replaceAll('\r\n', of.one(['\n', '\r', '\r\r\n', '\n\r'])), 'latin1'),
  (mail, of) => Buffer.from(mail.toString('latin1').replace(/charset="?[\w-]+"?/gi, of.one(['charset=utf-8', 'charset=', 'charset="', 'charset=iso-8859-2', 'charset=utf-16', 'charset=x']))),
  (mail, of) => Buffer.from(mail.toString('latin1').replace(/boundary="?[^\s";]+"?/gi, of.one(['boundary=', 'boundary="', 'boundary=m', 'boundary=""', 'boundary="--"', ''])), 'latin1'),
]
