import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { rmSync } from 'node:fs'
import { test } from '@japa/runner'
import pg from 'pg'
import { RunningDesk } from '../servers/desk.js'
import { startPostgres } from '../servers/postgres.js'
import { temporaryFolder } from '../servers/processes.js'
import { startRedis } from '../servers/redis.js'
import { until } from './desk_with_mail.js'

const MEMBERS = 7
const AT_ONCE = 12

interface Member {
  readonly id: number
  readonly token: string
}

/** Two real programs, each serving pages and working, over one PostgreSQL and one Redis. */
async function givenTwoDesks() {
  const [postgres, redis] = [await startPostgres(), await startRedis()]
  const folder = temporaryFolder('two')
  const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, OPORA_ROLE: 'all', API_RATE_LIMIT: '1000000', APP_KEY: randomBytes(24).toString('hex') }
  const desks = [new RunningDesk({ dataDir: join(folder, 'data'), env }), new RunningDesk({ dataDir: join(folder, 'data'), env })]
  for (const desk of desks) await desk.start()
  const client = new pg.Client(postgres.url)
  await client.connect()
  const rows = async (sql: string, ...values: unknown[]) => (await client.query(sql, values)).rows as Record<string, any>[]

  return {
    rows,
    /** Calls the API of one of the two; gives the status. */
    async call(of: number, { token }: Member, method: string, path: string, body?: object): Promise<number> {
      const answer = await fetch(`${desks[of % 2]!.url}/api/v1${path}`, { method, headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' }, body: body && JSON.stringify(body) })
      await answer.arrayBuffer()
      return answer.status
    },
    async stop() {
      await client.end()
      for (const desk of desks) await desk.kill()
      await redis.stop()
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type TwoDesks = Awaited<ReturnType<typeof givenTwoDesks>>

async function givenTeam({ rows }: TwoDesks, distribution: string) {
  const [team] = await rows(`INSERT INTO teams (name, distribution, only_present, created_at, updated_at) VALUES ('Podpora', $1, 0, 0, 0) RETURNING id`, distribution)
  const members: Member[] = []
  for (let n = 0; n < MEMBERS; n++) {
    const token = `op_${randomBytes(16).toString('hex')}`
    const [agent] = await rows(`INSERT INTO agents (name, email, role, password, created_at, updated_at) VALUES ($1, $2, 'admin', 'x', 0, 0) RETURNING id`, `Agent ${n}`, `a${n}@desk.test`)
    await rows('INSERT INTO team_members (team_id, agent_id) VALUES ($1, $2)', team!.id, agent!.id)
    await rows(`INSERT INTO api_tokens (agent_id, name, hash, abilities, created_at) VALUES ($1, 'race', $2, 'read,write,admin', 0)`, agent!.id, createHash('sha256').update(token).digest('hex'))
    members.push({ id: agent!.id, token })
  }
  const [inbox] = await rows(`INSERT INTO inboxes (key, channel, name, config, created_at, updated_at) VALUES ('k', 'email', 'info@', '{}', 0, 0) RETURNING id`)
  const [customer] = await rows(`INSERT INTO customers (name, created_at, updated_at) VALUES ('Anna', 0, 0) RETURNING id`)
  const tickets = async (count: number, { waitsIn = null }: { waitsIn?: number | null } = {}) =>
    (
      await rows(
        `INSERT INTO tickets (subject, status, inbox_id, channel, customer_id, team_id, waits_turn, created_at, updated_at) SELECT 'Dotaz ' || n, 'new', $1, 'email', $2, $3, $4, 0, 0 FROM generate_series(1, $5) AS n RETURNING id`,
        inbox!.id, customer!.id, waitsIn, waitsIn === null ? 0 : 1, count
      )
    ).map(({ id }) => id as number)
  return { teamId: team!.id as number, members, tickets }
}

/** Does the work on all of them, a dozen at a time. */
async function race<T, R>(all: readonly T[], work: (one: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const hand = async () => {
    while (next < all.length) {
      const at = next++
      results[at] = await work(all[at]!, at)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, hand))
  return results
}

/** How far the busiest and the least busy of the team are apart, in these tickets. */
async function spread({ rows }: TwoDesks, members: readonly Member[], ids: readonly number[]) {
  const owners = await rows('SELECT owner_id, count(*)::int AS total FROM tickets WHERE id = ANY($1) GROUP BY owner_id', ids)
  const counts = members.map(({ id }) => owners.find(({ owner_id: owner }) => owner === id)?.total ?? 0)
  return { apart: Math.max(...counts) - Math.min(...counts), owned: counts.reduce((all, one) => all + one, 0) }
}

test.group('Two processes over one database (R032, R311)', () => {
  test('1,000 claims in pairs and 700 turns: no ticket twice, everybody alike within one', async ({ assert, cleanup }) => {
    const desks = await givenTwoDesks()
    cleanup(() => desks.stop())
    const { rows, call } = desks
    const { teamId, members, tickets } = await givenTeam(desks, 'round_robin')

    const free = await tickets(500)
    const answers = await race(free, async (id, n) => {
      const [one, other] = [members[n % MEMBERS]!, members[(n + 1) % MEMBERS]!]
      const statuses = await Promise.all([call(0, one, 'POST', `/tickets/${id}/claim`), call(1, other, 'POST', `/tickets/${id}/claim`)])
      return { id, statuses, winner: statuses[0] === 200 ? one.id : other.id }
    })
    assert.deepEqual(answers.filter(({ statuses }) => statuses.toSorted().join() !== '200,409'), [], 'of each pair one took it and one was told')
    const owners = new Map((await rows('SELECT id, owner_id FROM tickets WHERE id = ANY($1)', free)).map(({ id, owner_id: owner }) => [id, owner]))
    assert.deepEqual(answers.filter(({ id, winner }) => owners.get(id) !== winner), [], 'who was told yes owns it')
    assert.isTrue(answers.some(({ statuses }) => statuses[0] === 200) && answers.some(({ statuses }) => statuses[1] === 200), 'both processes won some')

    const arriving = await tickets(500)
    const statuses = await race(arriving, (id, n) => call(n, members[n % MEMBERS]!, 'PATCH', `/tickets/${id}`, { team_id: String(teamId) }))
    assert.deepEqual([...new Set(statuses)], [200])
    assert.equal((await spread(desks, members, arriving)).owned, 500)
    assert.isAtMost((await spread(desks, members, arriving)).apart, 1)

    // What waits is given out by both workers at once, each told by events of its own.
    const waiting = await tickets(200, { waitsIn: teamId })
    await race(Array.from({ length: 24 }), (_, n) => call(n, members[n % MEMBERS]!, 'PATCH', `/agents/${members[n % MEMBERS]!.id}`, { signature: `S pozdravem ${n}` }))
    await until('everything that waited has an owner', async () => (await spread(desks, members, waiting)).owned === 200)
    assert.isAtMost((await spread(desks, members, [...arriving, ...waiting])).apart, 1)

    const twice = await rows(`SELECT ticket_id FROM events WHERE name = 'ticket:assigned' AND owner_id IS NOT NULL GROUP BY ticket_id HAVING count(*) > 1`)
    assert.deepEqual(twice, [], 'nobody was given what somebody had')
  }).timeout(180_000)
})
