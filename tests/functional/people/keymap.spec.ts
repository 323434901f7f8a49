import { readFile } from 'node:fs/promises'
import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { KEYS, readKeymap, shownKey } from '#people/keymap'
import { givenAgent, givenTicket } from '#tests/given'
import { signedIn } from '#tests/visitor'

const PASSWORD = 'tajne heslo 1'

test.group('Keys | what may be chosen (WCAG 2.1.4)', () => {
  const why = (asked: Parameters<typeof readKeymap>[0]) => {
    const read = readKeymap(asked)
    return 'faults' in read ? read.faults.map((fault) => `${fault.act}: ${fault.why}${fault.other ? ` ${fault.other}` : ''}`) : read.keymap
  }

  test('another key, none, and the second of two; what stays as it came is not kept', ({ assert }) => {
    assert.deepEqual(why({}), {})
    assert.deepEqual(why({ reply: 'R', note: '', go_mine: 'x', go_all: 'g o', create: 'c' }), { reply: 'R', note: '', go_mine: 'g x', go_all: 'g o' })
    assert.deepEqual(why({ reply: 'n', note: 'r' }), { reply: 'n', note: 'r' }, 'two may change places')
    assert.deepEqual([shownKey('R'), shownKey('g i'), shownKey('ř')], ['⇧ r', 'g i', 'ř'])
  })

  test('what cannot be is refused with its reason', ({ assert }) => {
    assert.deepEqual(why({ reply: 'n' }), ['reply: taken note', 'note: taken reply'])
    assert.deepEqual(why({ reply: 'ab', note: '7', spam: 'g', history: 'λ' }), ['reply: many', 'note: digit', 'spam: leads', 'history: sign'])
    assert.deepEqual(why({ go_mine: 'u' }), ['go_mine: taken go_unassigned', 'go_unassigned: taken go_mine'])
    assert.deepEqual(why({ go_mine: 'g g' }), { go_mine: 'g g' })
    assert.deepEqual(why({ next: '😀' }), { next: '😀' }, 'a sign is a sign')
  })

  test('the page and the server know the same keys', async ({ assert }) => {
    const script = await readFile(new URL('../../../resources/js/keys.js', import.meta.url), 'utf8')
    const [, list] = /export const KEYS = (\{[^}]+\})/.exec(script)!
    assert.deepEqual(new Function(`return ${list}`)(), KEYS)
    const [, acts] = /const ACTS = \{([\s\S]+?)\n\}/.exec(script)!
    assert.sameMembers([...acts!.matchAll(/^ {2}(\w+)[,:]/gm)].map(([, act]) => act!), Object.keys(KEYS))
  })
})

test.group('Keys | on the pages', (group) => {
  let hashed: string
  group.setup(async () => void (hashed = await hash.make(PASSWORD)))
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('without scripts: changed, refused in words with what was typed, shown where they work, and all as they came', async ({ assert }) => {
    const agent = await givenAgent({ password: hashed })
    const ticket = await givenTicket()
    const visitor = await signedIn(agent, PASSWORD)
    await visitor.open('/profile/keys')
    await visitor.send('/profile/keys', { 'key[reply]': 'R', 'key[note]': '', 'key[go_mine]': 'y' }, 'PUT')
    assert.deepEqual(JSON.parse((await db.from('agents').where('id', agent.id).firstOrFail()).keymap), { reply: 'R', note: '', go_mine: 'g y' })
    const told = await db.from('events').where('name', 'agent:changed')
    assert.deepEqual(told.map(({ payload }) => JSON.parse(payload)), [{ agentId: agent.id, fields: ['keymap'] }])

    const page = (await visitor.open(`/tickets/${ticket.id}`)).text
    assert.include(page, 'aria-keyshortcuts="Shift+R"')
    assert.include(page, '<kbd class="kbd">⇧ r</kbd>')
    assert.notInclude(page, 'aria-keyshortcuts="n"')
    assert.include(page, 'data-keymap="{&quot;reply&quot;:&quot;R&quot;')
    assert.include((await visitor.open('/keys')).text, '<kbd class="kbd">g y</kbd> go to Mine')

    await visitor.send('/profile/keys', { 'key[reply]': 'm', 'key[note]': '<' }, 'PUT')
    const refused = (await visitor.open('/profile/keys')).text
    assert.include(refused, '“m” already means: merge.')
    assert.include(refused, 'name="key[note]" value="&lt;"')
    assert.equal(JSON.parse((await db.from('agents').where('id', agent.id).firstOrFail()).keymap).reply, 'R', 'nothing was changed')

    await visitor.send('/profile/keys', {}, 'DELETE')
    assert.isNull((await db.from('agents').where('id', agent.id).firstOrFail()).keymap)
    assert.notInclude((await visitor.open(`/tickets/${ticket.id}`)).text, 'data-keymap')

    // Switched off, no page speaks of letters that do nothing.
    await db.from('agents').where('id', agent.id).update({ keyboard: 0 })
    assert.notInclude((await visitor.open(`/tickets/${ticket.id}`)).text, 'aria-keyshortcuts="r"')
  })
})
