import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { HttpContext } from '@adonisjs/core/http'
import db from '@adonisjs/lucid/services/db'
import { findToken } from '#people/api_token'
import { Refusal } from './problem.js'

const delay = monitorEventLoopDelay({ resolution: 20 })
delay.enable()

/** Answers by method and class of status, since this process began. */
const requests = new Map<string, number>()

/** Counts a request once its answer has gone out. */
export function countRequest({ request, response }: HttpContext) {
  response.onFinish(() => {
    const key = `method="${request.method()}",status="${Math.floor(response.getStatus() / 100)}xx"`
    requests.set(key, (requests.get(key) ?? 0) + 1)
  })
}

/** Figures for Prometheus: for the machine itself, or with a token. */
export async function answerMetrics({ request, response }: HttpContext) {
  const [, plain] = /^Bearer\s+(\S+)$/i.exec(request.header('authorization') ?? '') ?? []
  const known = plain ? (await findToken(plain)) !== null : ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip())
  if (!known) throw new Refusal(plain ? 401 : 403, plain ? 'bad_token' : 'loopback_only')
  response.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').header('cache-control', 'no-store')
  return response.send(await figures())
}

async function figures(): Promise<string> {
  const memory = process.memoryUsage()
  const cpu = process.cpuUsage()
  return [
    family('opora_http_requests_total', 'counter', 'Answers by method and status, of this process', [...requests]),
    family('opora_tickets', 'gauge', 'Tickets by status', await counted('tickets', 'status')),
    family('opora_incoming_items', 'gauge', 'What arrived, by fate', await counted('incoming_items', 'state')),
    family('opora_deliveries', 'gauge', 'Outgoing messages by state', await counted('deliveries', 'state')),
    family('opora_jobs', 'gauge', 'Jobs by state', await counted('jobs', 'state')),
    family('opora_events_waiting', 'gauge', 'Events not yet told to their listeners', [['', await waitingEvents()]]),
    family('opora_inbox_ok', 'gauge', 'Whether an inbox works (1) or fails (0)', await inboxes()),
    family('process_resident_memory_bytes', 'gauge', 'Memory of this process', [['', memory.rss]]),
    family('process_heap_used_bytes', 'gauge', 'Heap of this process', [['', memory.heapUsed]]),
    family('process_cpu_seconds_total', 'counter', 'Processor time of this process', [['', (cpu.user + cpu.system) / 1e6]]),
    family('process_uptime_seconds', 'gauge', 'Since this process began', [['', process.uptime()]]),
    family('nodejs_eventloop_delay_seconds', 'gauge', 'How late the event loop was', [
      ['quantile="0.5"', delay.percentile(50) / 1e9],
      ['quantile="0.99"', delay.percentile(99) / 1e9],
    ]),
  ].join('')
}

type Sample = readonly [labels: string, value: number]

function family(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labels ? `{${labels}}` : ''} ${Number.isFinite(value) ? value : 0}`)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n')
}

async function counted(table: string, column: string): Promise<Sample[]> {
  const rows = await db.from(table).groupBy(column).select(column).count('* as total')
  return rows.map((row) => [`${column}="${row[column]}"`, Number(row.total)])
}

async function waitingEvents(): Promise<number> {
  const [row] = await db.from('events').whereNull('dispatched_at').count('* as total')
  return Number(row.total)
}

async function inboxes(): Promise<Sample[]> {
  const rows = await db.from('inbox_health').join('inboxes', 'inboxes.id', 'inbox_health.inbox_id').whereNull('inboxes.deleted_at').select('inboxes.id', 'inboxes.channel', 'inbox_health.ok')
  return rows.map((row) => [`inbox="${row.id}",channel="${row.channel}"`, Number(row.ok)])
}
