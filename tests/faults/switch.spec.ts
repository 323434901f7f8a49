import { setTimeout as pause } from 'node:timers/promises'
import { test } from '@japa/runner'
import { givenDesk, until, type GivenDesk } from './desk_with_mail.js'

const TICKETS = 500

/** Case 36, and case 1 with the plug pulled: the real program, on its own data. */
test.group('Faults | a colleague’s tickets change hands', (group) => {
  let given: GivenDesk
  const person = { petr: 0, jana: 0 }

  group.each.setup(async () => {
    given = await givenDesk({ LOG_LEVEL: 'error' })
    const at = Date.now()
    const agent = given.db.prepare(`INSERT INTO agents (name, email, role, language, theme, keyboard, restricted, availability, session_epoch, created_at, updated_at) VALUES (?, ?, 'agent', 'en', 'system', 1, 0, 'available', 0, ?, ?)`)
    person.petr = Number(agent.run('Petr', 'petr@kavarna.test', at, at).lastInsertRowid)
    person.jana = Number(agent.run('Jana', 'jana@kavarna.test', at, at).lastInsertRowid)
    const inboxId = given.addInbox({ address: 'info@kavarna.test' })
    const customer = Number(given.db.prepare(`INSERT INTO customers (name, created_at, updated_at) VALUES ('Anna', ?, ?)`).run(at, at).lastInsertRowid)
    const ticket = given.db.prepare(`INSERT INTO tickets (subject, status, inbox_id, channel, customer_id, owner_id, waiting_since_at, created_at, updated_at) VALUES (?, 'open', ?, 'email', ?, ?, ?, ?, ?)`)
    given.db.transaction(() => {
      for (let n = 0; n < TICKETS; n++) ticket.run(`Dotaz ${n}`, inboxId, customer, person.petr, at, at, at)
    })()
    return () => given.stop()
  })

  /** The admin plans it through the form; it begins today at midnight, so at once. */
  const leave = () => {
    const today = new Date().toISOString().slice(0, 10)
    return given.visitor.submit(`/absences/create?agent_id=${person.petr}`, '/absences', { 'agent_id': String(person.petr), 'kind': 'vacation', 'from': today, 'to': '', 'rules[0][scope]': 'all', 'rules[0][cover]': `agent:${person.jana}`, 'do': 'save' })
  }
  const covered = () => given.one('SELECT count(*) FROM tickets WHERE acting_id = ?', person.jana)

  test('500 tickets within five seconds, while pages are answered as ever', async ({ assert }) => {
    const page = async () => {
      const from = performance.now()
      const { status } = await given.visitor.get('/views/waiting')
      assert.equal(status, 200)
      return performance.now() - from
    }
    for (let warm = 0; warm < 5; warm++) await page()

    const from = performance.now()
    let ended = 0
    const leaving = leave().then((answer) => {
      ended = performance.now() - from
      return answer
    })
    const during: number[] = []
    while (ended === 0) during.push(await page())
    const answer = await leaving
    assert.equal(answer.status, 303)
    assert.isBelow(ended, 5000)
    assert.equal(covered(), TICKETS)
    // A switch in one piece would have kept the first of them until its end.
    assert.isAbove(during.length, 2)
    assert.isBelow(Math.max(...during), 2000)
    assert.equal(given.one(`SELECT count(*) FROM events WHERE name = 'coverage:switched'`), 1)
  }).timeout(120_000)

  test('killed in the middle of the switch, again and again: the next start ends it, and nothing is doubled', async ({ assert }) => {
    let inTheMiddle = 0
    void leave().catch(() => {})
    for (let kill = 0; kill < 6 && covered() < TICKETS; kill++) {
      const before = covered()
      await until('some more have changed hands', () => covered() > before, 60)
      await given.desk.kill()
      if (covered() < TICKETS) inTheMiddle++
      given.desk.begin()
      await pause(50)
    }
    await until('all have changed hands', () => covered() === TICKETS, 60)
    await pause(1000)

    assert.isAbove(inTheMiddle, 0, 'no kill fell into the switch')
    assert.equal(given.one('SELECT count(*) FROM absences'), 1)
    assert.equal(given.one(`SELECT count(*) FROM events WHERE name = 'absence:started'`), 1)
    assert.equal(given.one('SELECT count(*) FROM coverages'), TICKETS)
    assert.equal(given.one(`SELECT count(*) FROM events WHERE name = 'coverage:engaged'`), TICKETS)
    assert.equal(given.one(`SELECT count(DISTINCT ticket_id) FROM events WHERE name = 'coverage:engaged'`), TICKETS)
    assert.equal(given.one('SELECT count(*) FROM tickets JOIN coverages ON coverages.id = tickets.coverage_id AND coverages.ticket_id = tickets.id'), TICKETS)
  }).timeout(300_000)
})
