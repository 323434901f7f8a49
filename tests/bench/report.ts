import os from 'node:os'
import type { Limits } from './limits.js'
import { KINDS, type Kind } from './mails.js'
import type { Figures } from './measure.js'

export interface Report {
  readonly at: string
  readonly machine: string
  readonly limits: Limits
  readonly sizes: readonly Figures[]
}

/** What design asks for: p50 in ms and requests a second on eight connections. */
const GOALS: Record<string, { p50: number; eight?: number }> = {
  'list, first page': { p50: 5, eight: 400 },
  'list, page 200': { p50: 5 },
  "one agent's open tickets": { p50: 5 },
  'ticket': { p50: 6 },
  'search, rare word': { p50: 6 },
  'search, common word': { p50: 10 },
}

const KIND_NAMES: Record<Kind, string> = {
  plain: 'plain alone',
  alternative: 'with HTML',
  windows1250: 'windows-1250',
  photo: 'with a photograph',
  newsletter: 'newsletters',
  history: 'with twelve quoted levels',
  unlabelled: 'Latin 2 without a label',
  invitation: 'invitations',
}

export const machine = () => `${os.cpus().length} × ${os.cpus()[0]?.model ?? 'CPU'}, ${Math.round(os.totalmem() / 2 ** 30)} GB, Linux ${os.release().split('-')[0]}, Node ${process.version}`

/** The report as a table for people (and for docs/benchmarks.md). */
export function table({ at, machine: on, limits, sizes }: Report): string {
  const columns = sizes.map(({ tickets }) => `${tickets.toLocaleString('en')} tickets`)
  const lines: string[][] = [['work', ...columns, 'goal', 'raw limit']]
  const line = (work: string, cell: (size: Figures) => string, goal = '', limit = '') => lines.push([work, ...sizes.map(cell), goal, limit])

  const names = [...new Set(sizes.flatMap(({ pages }) => Object.keys(pages)))]
  for (const name of names) {
    const goal = GOALS[name]
    line(`${name}, p50 / p99`, ({ pages }) => (pages[name] ? `${ms(pages[name].one.p50)} / ${ms(pages[name].one.p99)}` : '–'), goal ? `≤ ${goal.p50} ms` : '', raw(name, limits))
    line(`… requests/s at 1 / 8`, ({ pages }) => (pages[name] ? `${whole(pages[name].one.perSecond)} / ${whole(pages[name].eight.perSecond)}` : '–'), goal?.eight ? `≥ ${goal.eight} at 8` : '', `${whole(limits.http1)} / ${whole(limits.http8)} (bare node:http)`)
    line(`… processor time a request`, ({ pages }) => (pages[name]?.one.processor ? ms(pages[name].one.processor) : '–'))
    line(`… p50 / p99 at 8`, ({ pages }) => (pages[name] ? `${ms(pages[name].eight.p50)} / ${ms(pages[name].eight.p99)}` : '–'))
  }
  line('reply, POST to answer, p50 / p99', ({ reply }) => `${ms(reply.p50)} / ${ms(reply.p99)}`, '≤ 12 ms', `${ms(1000 / limits.commits)} (one commit with full text)`)
  line('mail in, to the last commit, nobody at the desk', ({ alone }) => `${whole(alone)} /s`, '≥ 150 /s', `${whole(limits.parsed)} /s (mailparser), ${whole(limits.commits)} commits/s`)
  line('… the list asked for without a pause', ({ ingest }) => `${whole(ingest.perSecond)} /s`)
  line('… processor time a mail (list pages beside it included)', ({ ingest }) => ms(ingest.processor))
  line('… accepted over SMTP', ({ ingest }) => `${whole(ingest.accepted)} /s`)
  for (const kind of KINDS) line(`… ${KIND_NAMES[kind]}`, ({ kinds }) => `${whole(kinds[kind])} /s`)
  line('list during import, p50 / p99', ({ during }) => `${ms(during.importing.p50)} / ${ms(during.importing.p99)}`, 'p99 ≤ 5× idle')
  line('… idle', ({ during }) => `${ms(during.idle.p50)} / ${ms(during.idle.p99)}`)
  line('memory (RSS), idle → loaded', ({ memory }) => `${whole(memory.idle)} → ${whole(memory.loaded)} MB`, '≤ 160 → 250 MB')
  line('database', ({ database }) => `${whole(database)} MB`)
  line('cold start to first page', ({ coldStart }) => `${whole(coldStart)} ms`, '< 5 s')
  line('filled by the bench in', ({ filled }) => `${whole(filled)} s`, '', `${whole(limits.batched)} rows/s (insert with full text, batched)`)

  return [`${on}, ${at}`, '', ...markdown(lines)].join('\n')
}

function raw(name: string, limits: Limits) {
  if (name === 'search, rare word') return `${ms(limits.rare)} (bare FTS5)`
  if (name === 'search, common word') return `${ms(limits.common)} (bare FTS5, newest 50)`
  return ''
}

function markdown(lines: string[][]): string[] {
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)))
  const row = (cells: string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`
  return [row(lines[0]), row(widths.map((width) => '-'.repeat(width))), ...lines.slice(1).map(row)]
}

const ms = (value: number) => `${value < 10 ? value.toFixed(value < 1 ? 2 : 1) : Math.round(value)} ms`
const whole = (value: number) => Math.round(value).toLocaleString('en')
