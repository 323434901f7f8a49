import { readFileSync } from 'node:fs'
import { test } from '@japa/runner'
import { resolve, weight, type CoverRule, type CoverWorld } from '#routing/coverage/resolver'
import { referenceAnswer, type RefAbsence, type RefAgent, type RefRule, type RefScope, type RefTicket, type RefWorld } from './reference_model.js'
import { agentId, coverableOf, dice, inReferenceWords, randomWorld, worldOf } from './worlds.js'

const EVERYTHING: RefScope = { inbox: [], channel: [], tag: [], customer: [] }
const rule = (cover: string, scope: Partial<RefScope> = {}, pos = 0): RefRule => ({ cover, scope: { ...EVERYTHING, ...scope }, pos })
const agents = (ids: string, values: Partial<RefAgent> = {}): RefAgent[] => [...ids].map((id) => ({ id, active: true, inboxes: ['info'], cap: null, load: 0, ...values }))
const away = (agent: string, start: number, end: number | null, ...rules: RefRule[]): RefAbsence => ({ agent, start, end, rules, cancelled: false })
const owned = (owner: string | null, values: Partial<RefTicket> = {}): RefTicket => ({ owner, inbox: 'info', channel: 'mail', tags: [], customer: 'c1', team: 't:support', ...values })

/** What the product says, once it is sure that the reference says the same. */
function ask(world: RefWorld, ticket: RefTicket, at: number) {
  const expected = referenceAnswer(world, ticket, at)
  const found = inReferenceWords(resolve(coverableOf(ticket), worldOf(world, at)), world)
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`the resolver says ${JSON.stringify(found)}, the reference ${JSON.stringify(expected)} of ${JSON.stringify({ world, ticket, at })}`)
  return found
}

test.group('Resolver | the fixed cases of the reference model', () => {
  test('a period is half-open: its start covers, its end does not', ({ assert }) => {
    const world = { agents: agents('AB'), absences: [away('A', 10, 20, rule('a:B'))] }
    assert.deepEqual([9, 10, 19, 20].map((at) => ask(world, owned('A'), at)[0]), [null, 'a:B', 'a:B', null])
  })

  test('a chain is followed as long as its middle is away', ({ assert }) => {
    const chain = { agents: agents('ABC'), absences: [away('A', 0, 9, rule('a:B')), away('B', 0, 9, rule('a:C'))] }
    assert.deepEqual(ask(chain, owned('A'), 1).slice(0, 2), ['a:C', ['A', 'B', 'C']])
    const middle = { agents: agents('ABC'), absences: [away('A', 0, 9, rule('a:B')), away('B', 4, 6, rule('a:C'))] }
    assert.deepEqual([3, 4, 5, 6].map((at) => ask(middle, owned('A'), at)[0]), ['a:B', 'a:C', 'a:C', 'a:B'])
  })

  test('a ring of two or three ends with the team', ({ assert }) => {
    assert.equal(ask({ agents: agents('AB'), absences: [away('A', 0, 9, rule('a:B')), away('B', 0, 9, rule('a:A'))] }, owned('A'), 1)[0], 't:support')
    const three = [away('A', 0, 9, rule('a:B')), away('B', 0, 9, rule('a:C')), away('C', 0, 9, rule('a:A'))]
    assert.equal(ask({ agents: agents('ABC'), absences: three }, owned('B'), 1)[0], 't:support')
  })

  test('a second choice steps in when the first is away without cover, has no right, or is full', ({ assert }) => {
    const two = [rule('a:B'), rule('a:C', {}, 1)]
    assert.equal(ask({ agents: agents('ABC'), absences: [away('A', 0, 9, ...two), away('B', 0, 9)] }, owned('A'), 1)[0], 'a:C')
    assert.equal(ask({ agents: [...agents('AC'), ...agents('B', { inboxes: ['sales'] })], absences: [away('A', 0, 9, ...two)] }, owned('A'), 1)[0], 'a:C')
    assert.equal(ask({ agents: [...agents('AC'), ...agents('B', { cap: 5, load: 5 })], absences: [away('A', 0, 9, ...two)] }, owned('A'), 1)[0], 'a:C')
  })

  test('the narrower scope wins: customer, tag, inbox, channel, everything', ({ assert }) => {
    const rules = [rule('a:B'), rule('a:C', { inbox: ['reklamace'] }), rule('a:D', { tag: ['vip'] }), rule('a:E', { customer: ['c9'] }), rule('a:F', { channel: ['chat'] })]
    const world = { agents: agents('ABCDEF', { inboxes: ['info', 'reklamace'] }), absences: [away('A', 0, 9, ...rules)] }
    assert.equal(ask(world, owned('A'), 1)[0], 'a:B')
    assert.equal(ask(world, owned('A', { inbox: 'reklamace' }), 1)[0], 'a:C')
    assert.equal(ask(world, owned('A', { inbox: 'reklamace', tags: ['vip'] }), 1)[0], 'a:D')
    assert.equal(ask(world, owned('A', { inbox: 'reklamace', tags: ['vip'], customer: 'c9' }), 1)[0], 'a:E')
    assert.equal(ask(world, owned('A', { channel: 'chat' }), 1)[0], 'a:F')
    assert.equal(ask({ agents: agents('AB'), absences: [away('A', 0, 9, rule('a:B', { channel: ['chat'] }))] }, owned('A'), 1)[0], 't:support')
  })

  test('who has left covers nothing, and his own tickets fall to the team', ({ assert }) => {
    assert.equal(ask({ agents: [...agents('A'), ...agents('B', { active: false })], absences: [away('A', 0, 9, rule('a:B'))] }, owned('A'), 1)[0], 't:support')
    assert.equal(ask({ agents: [...agents('B'), ...agents('A', { active: false })], absences: [] }, owned('A'), 1)[0], 't:support')
  })

  test('an open end lasts, a cancelled absence never was', ({ assert }) => {
    assert.equal(ask({ agents: agents('AB'), absences: [away('A', 0, null, rule('a:B'))] }, owned('A'), 10 ** 9)[0], 'a:B')
    assert.isNull(ask({ agents: agents('AB'), absences: [{ ...away('A', 0, 9, rule('a:B')), cancelled: true }] }, owned('A'), 1)[0])
  })

  test('a team can cover, and "do not cover" is said, not meant', ({ assert }) => {
    assert.equal(ask({ agents: agents('AB'), absences: [away('A', 0, 9, rule('t:vip'))] }, owned('A'), 1)[0], 't:vip')
    assert.equal(ask({ agents: agents('AB'), absences: [away('A', 0, 9, rule('none'))] }, owned('A'), 1)[2], 'explicitly not covered')
  })

  test('of two absences at once the narrower rule wins', ({ assert }) => {
    const world = { agents: agents('ABC'), absences: [away('A', 0, 9, rule('a:B')), away('A', 4, 9, rule('a:C', { customer: ['c1'] }))] }
    assert.deepEqual([1, 5].map((at) => ask(world, owned('A'), at)[0]), ['a:B', 'a:C'])
  })

  test('five hops are followed, six are not', ({ assert }) => {
    const absences = [...'ABCDEFG'].map((id, at) => away(id, 0, 9, rule(`a:${'BCDEFGH'[at]}`)))
    assert.equal(ask({ agents: agents('ABCDEFGH'), absences }, owned('A'), 1)[0], 't:support')
    assert.equal(ask({ agents: agents('ABCDEFGH'), absences }, owned('B'), 1)[0], 't:support')
    assert.equal(ask({ agents: agents('ABCDEFGH'), absences }, owned('C'), 1)[0], 'a:H')
  })

  test('nobody acts on what nobody owns', ({ assert }) => {
    assert.equal(ask({ agents: agents('AB'), absences: [] }, owned(null), 1)[2], 'unowned')
  })
})

test.group('Resolver | properties', () => {
  test('the port answers as the model it was taken from', ({ assert }) => {
    const worlds: { world: RefWorld; ticket: RefTicket; at: number; answer: unknown }[] = JSON.parse(readFileSync(new URL('../../fixtures/routing/worlds.json', import.meta.url), 'utf8'))
    assert.lengthOf(worlds, 70)
    for (const { world, ticket, at, answer } of worlds) assert.deepEqual(ask(world, ticket, at), answer as [string | null, string[], string])
  })

  test('in 20,000 worlds it says what the reference says, and never names an agent who is away, gone, without right or the owner', ({ assert }) => {
    const throws = dice(7)
    const reasons = new Map<string, number>()
    for (let round = 0; round < 20_000; round++) {
      const { world, ticket, at } = randomWorld(throws)
      const [who, , why] = ask(world, ticket, at)
      reasons.set(why, (reasons.get(why) ?? 0) + 1)
      if (!who?.startsWith('a:')) continue
      const agent = world.agents.find(({ id }) => id === who.slice(2))!
      const absent = world.absences.some((one) => one.agent === agent.id && !one.cancelled && one.start <= at && (one.end === null || at < one.end))
      if (!agent.active || absent || agent.id === ticket.owner || !agent.inboxes.includes(ticket.inbox)) assert.fail(`${who} was named in ${JSON.stringify({ world, ticket, at })}`)
    }
    // The generator reaches every branch; one that never did would prove nothing.
    for (const why of ['covered', 'owner present', 'owner inactive', 'explicitly not covered', 'nobody covers: the team + supervisor alarm']) assert.isAbove(reasons.get(why) ?? 0, 200, why)
  })
})

test.group('Resolver | what already stands', () => {
  const world = (values: Partial<CoverWorld> = {}): CoverWorld => ({
    isActive: () => true,
    isAway: (id) => id === 1,
    mayWorkIn: () => true,
    isCapped: (id) => id === 2,
    isFull: () => false,
    rulesOf: (id) => (id === 1 ? rules : []),
    absenceOf: () => 1,
    isTakenBack: () => false,
    ...values,
  })
  const rules: CoverRule[] = [2, 3].map((id, at) => ({ id: 10 + at, absenceId: 1, position: at, scope: {}, cover: { kind: 'agent', id }, newTickets: 'cover_owns' }))
  const ticket = { id: 5, ownerId: 1, inboxId: 1, channel: 'email', category: 'customer', customerId: 1, tagIds: [], confidentialTagIds: [], isPersonal: false, fallbackTeamId: 9 }
  const by = (actingId: number, ruleId: number) => ({ ownerId: 1, actingId, actingTeamId: null, ruleId })

  test('whoever is full keeps what he has, and gets nothing new (37)', ({ assert }) => {
    const full = world({ isFull: (id) => id === 2 })
    assert.equal(resolve(ticket, full, by(2, 10)).agentId, 2)
    assert.equal(resolve(ticket, full).agentId, 3)
  })

  test('whoever stood in for want of room goes on when there is room again, until the ticket or the rules change', ({ assert }) => {
    assert.equal(resolve(ticket, world(), by(3, 11)).agentId, 3)
    assert.equal(resolve(ticket, world(), by(3, 11), { afresh: true }).agentId, 2)
  })

  test('whoever stood in steps back for the first choice who is back from his own absence', ({ assert }) => {
    assert.equal(resolve(ticket, world({ isCapped: () => false }), by(3, 11)).agentId, 2)
  })

  test('a secret tag is covered only by a rule that names it (45)', ({ assert }) => {
    const secret = { ...ticket, tagIds: [7], confidentialTagIds: [7] }
    assert.equal(resolve(secret, world()).because, 'confidential')
    assert.isNull(resolve(secret, world()).teamId)
    const named: CoverRule[] = [...rules, { ...rules[1], id: 12, scope: { tag: [7] } }]
    assert.equal(resolve(secret, world({ rulesOf: () => named })).agentId, 3)
  })

  test('the order of scopes is one of weights', ({ assert }) => {
    const order = [{ customer: [1] }, { tag: [1], inbox: [1], channel: ['chat'] }, { category: ['complaint'] }, { inbox: [1], channel: ['chat'] }, { inbox: [1] }, { channel: ['chat'] }, {}]
    assert.deepEqual(order.toSorted((a, b) => weight(b) - weight(a)), order)
    assert.equal(agentId('A') === agentId('B'), false)
  })
})
