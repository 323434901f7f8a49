import { test } from '@japa/runner'
import hash from '@adonisjs/core/services/hash'
import testUtils from '@adonisjs/core/services/test_utils'
import Deputy, { actsFor, nameDeputy } from '#routing/deputy'
import { moveClock, now } from '#support/clock'
import { forgetDirectory } from '#tickets/pages/directory'
import { assertEvent } from '#tests/events'
import { givenAgent } from '#tests/given'
import { signedIn } from '#tests/visitor'

const PASSWORD = 'tajne heslo 1'

test.group('Deputies', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => forgetDirectory())
  group.each.teardown(() => moveClock(null))

  test('act for somebody while it is in force; a right includes the lesser ones', async ({ assert }) => {
    const [boss, deputy] = [await givenAgent({ role: 'supervisor' }), await givenAgent()]
    const named = await nameDeputy({ principalId: boss.id, deputyId: deputy.id, rights: 'act', validTo: now().plus({ days: 7 }) }, { by: null })
    await assertEvent('deputy:named', { principalId: boss.id, deputyId: deputy.id }, { by: null })
    const rights = async () => [await actsFor(deputy.id, boss.id, 'view'), await actsFor(deputy.id, boss.id, 'act'), await actsFor(deputy.id, boss.id, 'approve'), await actsFor(boss.id, deputy.id, 'view')]
    assert.deepEqual(await rights(), [true, true, false, false])
    moveClock(now().plus({ days: 8 }))
    assert.deepEqual(await rights(), [false, false, false, false])
    moveClock(null)
    await named.end({ by: null })
    assert.deepEqual(await rights(), [false, false, false, false])
  })

  test('not oneself, not twice, nobody who only reads', async ({ assert }) => {
    const [one, other, viewer] = [await givenAgent(), await givenAgent(), await givenAgent({ role: 'viewer' })]
    const name = (principalId: number, deputyId: number) => nameDeputy({ principalId, deputyId, rights: 'act' }, { by: null })
    await assert.rejects(() => name(one.id, one.id), 'routing.errors.deputy_oneself')
    await assert.rejects(() => name(one.id, viewer.id), 'tickets.errors.no_agent')
    await name(one.id, other.id)
    await assert.rejects(() => name(one.id, other.id), 'routing.errors.deputy_already')
  })

  test('an agent names an own deputy by the page and no other’s; a deputy may lay it down', async ({ assert }) => {
    const password = await hash.make(PASSWORD)
    const [petr, jana, karel] = [await givenAgent({ name: 'Petr Novák', password }), await givenAgent({ name: 'Jana Bílá', password }), await givenAgent({ name: 'Karel Malý' })]
    const his = await signedIn(petr, PASSWORD)
    assert.include((await his.open('/deputies')).text, 'Nobody has a deputy')
    assert.equal((await his.send('/deputies', { principal_id: String(karel.id), deputy_id: String(jana.id), rights: 'act' })).status, 403)
    assert.equal((await his.send('/deputies', { deputy_id: String(jana.id), rights: 'approve', valid_to: '' })).location, '/deputies')
    assert.include((await his.open('/deputies')).text, 'see, act and approve')

    const { id } = await Deputy.query().where('principal_id', petr.id).firstOrFail()
    const hers = await signedIn(jana, PASSWORD)
    assert.include((await hers.open('/deputies')).text, 'Petr Novák')
    await hers.send(`/deputies/${id}`, {}, 'DELETE')
    assert.isFalse((await Deputy.findOrFail(id)).isInForce)
  })
})
