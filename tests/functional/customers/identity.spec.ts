import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import Customer, { mergeCustomers } from '#customers/customer'
import { findCustomer, findOrCreateCustomer, normaliseAddress } from '#customers/identity'
import { givenCustomer, givenTicket } from '#tests/given'

test.group('Customer | identity', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  test('one address is one customer, however it is written', async ({ assert }) => {
    const first = await findOrCreateCustomer({ kind: 'email', value: ' Anna@Posta.TEST ', name: 'Anna' }, { by: null })
    const second = await findOrCreateCustomer({ kind: 'email', value: 'anna@posta.test' }, { by: null })
    assert.isTrue(first.created)
    assert.deepEqual(second, { id: first.id, created: false })
  })

  test('phones are compared in E.164, national ones as Czech', ({ assert }) => {
    assert.equal(normaliseAddress('phone', '777 123 456'), '+420777123456')
    assert.equal(normaliseAddress('phone', '00420 777-123-456'), '+420777123456')
    assert.equal(normaliseAddress('phone', '+30 210 123 4567'), '+302101234567')
    assert.equal(normaliseAddress('email', 'Jan@Žlutý.cz'), 'jan@xn--lut-noa55d.cz')
  })

  test('a name learned later is kept, one that is there is not overwritten', async ({ assert }) => {
    const { id } = await findOrCreateCustomer({ kind: 'email', value: 'x@posta.test' }, { by: null })
    await findOrCreateCustomer({ kind: 'email', value: 'x@posta.test', name: 'Jana' }, { by: null })
    await findOrCreateCustomer({ kind: 'email', value: 'x@posta.test', name: 'Nováková' }, { by: null })
    assert.equal((await Customer.findOrFail(id)).name, 'Jana')
  })

  test('never two customers by the same name (identity is by address alone)', async ({ assert }) => {
    const a = await givenCustomer('a1@posta.test', 'Jan Novák')
    const b = await givenCustomer('b1@posta.test', 'Jan Novák')
    assert.notEqual(a, b)
  })

  test('merging brings addresses and tickets along and leaves a way from the old one', async ({ assert }) => {
    const from = await givenCustomer('old@posta.test', 'Jan')
    const into = await givenCustomer('new@posta.test', 'Jan Novák')
    const ticket = await givenTicket({ customerId: from })
    await mergeCustomers(from, into, { by: null })

    assert.equal(await findCustomer('email', 'old@posta.test'), into)
    assert.equal((await db.from('tickets').where('id', ticket.id).first()).customer_id, into)
    assert.equal((await Customer.findOrFail(from)).mergedIntoId, into)
    await assert.rejects(() => mergeCustomers(from, into, { by: null }))
  })

  test('the last address of a customer stays', async ({ assert }) => {
    const customer = await Customer.findOrFail(await givenCustomer('only@posta.test'))
    const address = await db.from('addresses').where('customer_id', customer.id).first()
    await assert.rejects(() => customer.removeAddress(address.id, { by: null }))
    await customer.addAddress('phone', '777123456', { by: null })
    await customer.removeAddress(address.id, { by: null })
    assert.isNull(await findCustomer('email', 'only@posta.test'))
  })
})
