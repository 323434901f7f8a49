import { test } from '@japa/runner'
import { inOrder, type Candidate, type Wanted } from '#routing/distribution/choice'

const someone = (id: number, values: Partial<Candidate> = {}): Candidate => ({ id, lastTurn: 0, open: 0, openInChannel: 0, most: null, mostInChannel: null, languages: [], topics: [], ...values })
const wanted = (values: Partial<Wanted> = {}): Wanted => ({ method: 'round_robin', matching: 'prefer', language: null, topics: [], hasExperts: false, lastAgentId: null, ...values })
const order = (candidates: Candidate[], values: Partial<Wanted> = {}) => inOrder(candidates, wanted(values)).map(({ id }) => id)

test.group('Whose turn it is (R032, R189)', () => {
  test('round robin: who had one longest ago', ({ assert }) => {
    assert.deepEqual(order([someone(1, { lastTurn: 7 }), someone(2, { lastTurn: 5 }), someone(3, { lastTurn: 6 })]), [2, 3, 1])
  })

  test('34: who was away for ten turns gets the next one, not ten', ({ assert }) => {
    const turns: number[] = []
    const last = new Map([[1, 11], [2, 12], [3, 1]])
    for (let turn = 13; turn < 19; turn++) {
      const [id] = order([...last].map(([one, lastTurn]) => someone(one, { lastTurn })))
      last.set(id!, turn)
      turns.push(id!)
    }
    assert.deepEqual(turns, [3, 1, 2, 3, 1, 2])
  })

  test('least loaded: who has least open, and among equals whose turn it is', ({ assert }) => {
    assert.deepEqual(order([someone(1, { open: 3 }), someone(2, { open: 1, lastTurn: 9 }), someone(3, { open: 1, lastTurn: 4 })], { method: 'least_loaded' }), [3, 2, 1])
  })

  test('nobody beyond a limit, of all channels or of this one', ({ assert }) => {
    assert.deepEqual(order([someone(1, { open: 5, most: 5 }), someone(2, { openInChannel: 2, mostInChannel: 2 }), someone(3, { open: 4, most: 5 }), someone(4, { most: 0 })]), [3])
  })

  test('whom the customer knows comes first, whatever the method, unless they are full', ({ assert }) => {
    const two = [someone(1), someone(2, { lastTurn: 9, open: 4 })]
    assert.deepEqual(order(two, { lastAgentId: 2 }), [2, 1])
    assert.deepEqual(order(two, { lastAgentId: 2, method: 'manual' }), [2])
    assert.deepEqual(order([someone(2, { open: 4, most: 4 })], { lastAgentId: 2, method: 'manual' }), [])
    assert.deepEqual(order(two, { method: 'manual' }), [])
  })

  test('language before topic before turn; who names nothing takes anything', ({ assert }) => {
    const team = [someone(1, { languages: ['cs'] }), someone(2), someone(3, { languages: ['pl'], topics: ['price'], lastTurn: 9 }), someone(4, { languages: ['pl'], topics: ['complaint'], lastTurn: 9 })]
    assert.deepEqual(order(team, { language: 'pl', topics: ['complaint'] }), [4, 3, 2, 1])
    assert.deepEqual(order(team, { language: 'pl', topics: ['complaint'], matching: 'off' }), [1, 2, 3, 4])
    assert.deepEqual(order([someone(1, { topics: ['complaint'] }), someone(2, { lastTurn: 3 })], { topics: ['order'] }), [1, 2], 'an expert takes a turn like everybody else')
  })

  test('where fitting is required nobody else gets it; a topic that nobody is named for asks nothing', ({ assert }) => {
    const team = [someone(1, { languages: ['cs'] }), someone(2), someone(3, { topics: ['complaint'] })]
    assert.deepEqual(order(team, { language: 'pl', matching: 'require' }), [2, 3])
    assert.deepEqual(order(team, { topics: ['complaint'], hasExperts: true, matching: 'require' }), [3])
    assert.deepEqual(order(team, { topics: ['shipping'], hasExperts: false, matching: 'require' }), [1, 2, 3])
  })
})
