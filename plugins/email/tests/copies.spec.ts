import { test } from '@japa/runner'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { lookForProof } from '#channels/outbound/copies'
import { simpleParser } from 'mailparser'
import { drain } from '#tests/drain'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { givenInbox as givenInboxRow, givenTicket } from '#tests/given'
import { FakeMailbox } from '../../../tests/fakes/imap.js'
import { startDovecot } from '../../../tests/servers/dovecot.js'
import { connectImap } from '../imap_client.js'
import { hasLeftWith, keepCopyWith } from '../sending/copies.js'
import { givenInbox, givenOutgoing } from './inbox.js'

const imap = { 'imap.host': '127.0.0.1', 'imap.tls': 'none', 'smtp.host': 'mail.obchod.test' } as const

test.group('E-mail | copies of what was sent', () => {
  test('one copy, as it left, whatever is tried again', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const keep = keepCopyWith(mailbox.connect)
    await keep(givenOutgoing({ bcc: [{ kind: 'email', value: 'archiv@firma.test' }] }), givenInbox(imap))
    await keep(givenOutgoing(), givenInbox(imap))
    assert.lengthOf(mailbox.copies, 1)
    const mail = await simpleParser(mailbox.copies[0])
    assert.equal(mail.messageId, '<op.12.34.abcdefghij@obchod.test>')
    assert.include(mail.text ?? '', 'posíláme nového koně')
    assert.include(mailbox.copies[0].toString(), 'archiv@firma.test')
  })

  test('none where the provider keeps it, where nobody wants one, and where there is no mailbox', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const keep = keepCopyWith(mailbox.connect)
    for (const values of [{ ...imap, 'smtp.host': 'smtp.gmail.com' }, { ...imap, 'smtp.host': 'smtp.office365.com' }, { ...imap, 'imap.copies': 'off' as const }, { 'smtp.host': 'mail.obchod.test' }]) await keep(givenOutgoing(), givenInbox(values))
    assert.lengthOf(mailbox.copies, 0)
    assert.equal(mailbox.connections, 0)
  })

  test('a copy is proof, none is no proof, and no mailbox cannot tell', async ({ assert }) => {
    const mailbox = new FakeMailbox()
    const hasLeft = hasLeftWith(mailbox.connect)
    assert.isFalse(await hasLeft('op.12.34.abcdefghij', givenInbox(imap)))
    mailbox.copies.push(Buffer.from('Message-ID: <op.12.34.abcdefghij@obchod.test>\r\n\r\n'))
    assert.isTrue(await hasLeft('op.12.34.abcdefghij', givenInbox(imap)))
    assert.isNull(await hasLeft('op.12.34.abcdefghij', givenInbox({})))
  })

  test('with a real server: found again by its id, in the folder that the server has', async ({ assert, cleanup }) => {
    const dovecot = await startDovecot()
    cleanup(() => dovecot.stop())
    await dovecot.deliver('kopie', 'From: a@b.test\r\nSubject: x\r\n\r\nx')
    const inbox = givenInbox({ ...imap, 'imap.port': dovecot.port, 'imap.username': 'kopie', 'imap.password': dovecot.password, 'imap.sentFolder': 'INBOX' })
    assert.isFalse(await hasLeftWith(connectImap)('op.12.34.abcdefghij', inbox))
    await keepCopyWith(connectImap)(givenOutgoing(), inbox)
    await keepCopyWith(connectImap)(givenOutgoing(), inbox)
    assert.isTrue(await hasLeftWith(connectImap)('op.12.34.abcdefghij', inbox))
  })
})

test.group('Deliveries | the copy and the proof', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())

  const given = async (cleanup: (call: () => void) => void, driver: object) => {
    const fake = new FakeChannel('fake')
    Object.assign(fake.driver, driver)
    cleanup(fake.install())
    const ticket = await givenTicket({ inbox: await givenInboxRow({ channel: 'fake' }) })
    return { fake, ticket }
  }

  test('a copy that cannot be kept takes nothing from the message, and is tried again', async ({ assert, cleanup }) => {
    let tries = 0
    const { ticket } = await given(cleanup, {
      keepCopy: async () => {
        if (++tries === 1) throw new Error('The mailbox is full')
      },
    })
    const message = await ticket.reply({ text: 'Dobrý den' }, { by: null })
    await drain()
    assert.deepInclude(await db.from('deliveries').where('message_id', message.id).first(), { state: 'sent', copy_state: 'wanted' })
    await db.from('jobs').where('name', 'channels:copy').update({ due_at: 0 })
    await drain()
    assert.deepInclude(await db.from('deliveries').where('message_id', message.id).first(), { state: 'sent', copy_state: 'done' })
    assert.equal(tries, 2)
  })

  test('of which we cannot tell: settled by what the other side has, never sent twice', async ({ assert, cleanup }) => {
    let left: boolean | null = null
    const { fake, ticket } = await given(cleanup, { hasLeft: async () => left })
    fake.answers.push({ outcome: 'unknown', reason: 'line broke' })
    const message = await ticket.reply({ text: 'Dobrý den' }, { by: null })
    await drain()
    const { id } = await db.from('deliveries').where('message_id', message.id).firstOrFail()
    const state = async () => (await db.from('deliveries').where('id', id).first()).state
    for (const answer of [null, false]) {
      left = answer
      await lookForProof(id)
      assert.equal(await state(), 'unknown')
    }
    left = true
    await db.from('jobs').where('name', 'channels:proof').update({ due_at: 0 })
    await drain()
    assert.equal(await state(), 'sent')
    assert.lengthOf(fake.outbox, 1)
  })
})
