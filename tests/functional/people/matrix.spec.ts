import { test } from '@japa/runner'
import router from '@adonisjs/core/services/router'
import testUtils from '@adonisjs/core/services/test_utils'
import limiter from '@adonisjs/limiter/services/main'
import db from '@adonisjs/lucid/services/db'
import { AgentFactory, InboxFactory, PASSWORD, TeamFactory } from '#database/factories/index'
import { startSide } from '#tickets/side'
import Task from '#tickets/task'
import { givenTicket } from '#tests/given'
import { signedIn, Visitor } from '#tests/visitor'

interface PageRoute {
  readonly method: string
  readonly pattern: string
}

/** Pages that strangers may open: how one comes in. */
const OPEN = ['/setup', '/sign-in', '/invitations/:secret']
/** What belongs to nobody but the reader, whatever the role. */
const OWN = [/^\/session$/, /^\/saved-views/, /^\/notifications\/seen$/, /^\/profile/, /^\/theme$/, /^\/tickets\/:ticket_id\/(presence|reading)$/]
/** Not pages, with tests of their own; and the kit, which only exists in development. */
const OTHERS = /^\/(kit|files|api|hooks|public|health|metrics|__transmit)(\/|$)/

/** Every page and form of the desk, from the router itself: what is added is asked too. */
function pageRoutes(): PageRoute[] {
  return Object.values(router.toJSON())
    .flat()
    .flatMap(({ methods, pattern }) => methods.filter((method) => method !== 'HEAD').map((method) => ({ method, pattern })))
    .filter(({ pattern }) => !OTHERS.test(pattern))
}

const isWrite = ({ method }: PageRoute) => method !== 'GET'

/** One body that every form would take, so that rights decide and not what is missing. */
const bodyFor = (ticketId: number) => ({
  'text': 'Nahlédnu',
  'act': 'resolve',
  'ticket_ids[]': String(ticketId),
  'tag': 'cizí',
  'until': 'hours',
  'activity': 'viewing',
  'seen_message': '999999',
  'seen_note': '999999',
  'owner_id': '',
  'subject': 'Jinak',
  'name': 'Jinak',
  'value': 'jinak@posta.test',
  'category': 'newsletter',
  'step': 'team',
  'into': String(ticketId),
  'number': String(ticketId),
  'task': 'Nahlédnout',
  'message_ids[]': String(ticketId),
  'to': 'dodavatel@posta.test',
  'inbox_id': '1',
})

/** A ticket with all that hangs on it, and its ids by the names that addresses use. */
async function givenWorld(inbox: Awaited<ReturnType<typeof InboxFactory.create>>) {
  const owner = await AgentFactory.create()
  const ticket = await givenTicket({ inbox, subject: 'Cizí věc' })
  const cause = { by: { kind: 'agent' as const, id: owner.id } }
  const note = await ticket.note({ text: 'Jen pro nás' }, cause)
  const message = await db.from('messages').where('ticket_id', ticket.id).firstOrFail()
  const file = { name: 'a.png', type: 'image/png', bytes: 3, sha256: 'ab', inline: 0, created_at: 1 }
  const keep = async (about: object) => {
    const [row] = await db.knexQuery().table('attachments').insert({ ...file, ...about }).returning('id')
    return Number(row.id ?? row)
  }
  const task = await Task.add(ticket, { text: 'Zavolat', ownerId: owner.id }, cause)
  const side = await startSide(ticket, { inbox, to: [{ address: 'dopravce@posta.test' }], subject: 'Zásilka', text: 'Kde je?' }, cause)
  return { ticket, note, task, side, messageId: message.id as number, fileId: await keep({ message_id: message.id }), noteFileId: await keep({ note_id: note.id }), owner }
}

type World = Awaited<ReturnType<typeof givenWorld>>

/** The address of a route that names what is in this world. */
function addressOf({ pattern }: PageRoute, world: World) {
  const ids: Record<string, string | number> = {
    ticket_id: world.ticket.id,
    message_id: world.messageId,
    customer_id: world.ticket.customerId,
    kind: 'reply',
    view: 'waiting',
    category: 'newsletter',
    plugin: 'email',
    plugin_id: 'email',
    panel: 'orders',
    action: 'refund',
    connection: 1,
    secret: 'nic',
    id: idOf(pattern, world),
  }
  return pattern.replace(/:(\w+)\??/g, (_, name: string) => String(ids[name])).replace('*', 'page')
}

function idOf(pattern: string, world: World) {
  if (pattern.startsWith('/tasks')) return world.task.id
  if (pattern.startsWith('/sides')) return world.side.id
  if (pattern.startsWith('/notes/attachments')) return world.noteFileId
  if (pattern.startsWith('/attachments')) return world.fileId
  if (pattern.startsWith('/notes')) return world.note.id
  if (/^\/customers\/:customer_id|\/connections\//.test(pattern)) return 1
  if (pattern.startsWith('/customers')) return world.ticket.customerId
  if (pattern.includes('/inboxes')) return world.ticket.inboxId
  if (pattern.includes('/agents') || pattern.startsWith('/plans')) return world.owner.id
  if (pattern.includes('/plugins')) return 'email'
  return world.ticket.id
}

const changes = async () => Number((await db.from('events').whereNotIn('name', ['agent:signed_in', 'agent:signed_out']).count('* as total').firstOrFail()).total)
const said = (route: PageRoute) => `${route.method} ${route.pattern}`

test.group('Every page and form asks who it is (R138, R141)', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => limiter.clear())
  group.each.timeout(60_000)

  test('a stranger is sent to the sign-in page from every one of them', async ({ assert }) => {
    const world = await givenWorld(await InboxFactory.create())
    const stranger = new Visitor()
    await stranger.open('/sign-in')
    const before = await changes()
    const letIn: string[] = []
    for (const route of pageRoutes().filter(({ pattern }) => !OPEN.includes(pattern))) {
      const path = addressOf(route, world)
      const { status, location } = isWrite(route) ? await stranger.send(path, bodyFor(world.ticket.id), route.method) : await stranger.open(path)
      if (status !== 303 || location !== '/sign-in') letIn.push(`${said(route)}: ${status} ${location}`)
    }
    assert.deepEqual(letIn, [])
    assert.equal(await changes(), before)
  })

  test('a viewer changes nothing by any of them', async ({ assert }) => {
    const world = await givenWorld(await InboxFactory.create())
    const viewer = await AgentFactory.apply('viewer').create()
    const visitor = await signedIn(viewer, PASSWORD)
    await visitor.open('/profile')
    const before = await changes()
    const letIn: string[] = []
    for (const route of pageRoutes().filter(isWrite)) {
      if (OPEN.includes(route.pattern) || OWN.some((own) => own.test(route.pattern))) continue
      const { status } = await visitor.send(addressOf(route, world), bodyFor(world.ticket.id), route.method)
      if (![403, 404].includes(status)) letIn.push(`${said(route)}: ${status}`)
    }
    assert.deepEqual(letIn, [])
    assert.equal(await changes(), before)
  })

  test('an agent limited to some inboxes gets at nothing of the others, whatever is asked for', async ({ assert }) => {
    const [mine, foreign] = await InboxFactory.createMany(2)
    const agent = await AgentFactory.apply('restricted').create()
    await (await TeamFactory.create()).change({ memberIds: [agent.id], inboxIds: [mine.id] }, { by: null })
    const world = await givenWorld(foreign)
    const visitor = await signedIn(agent, PASSWORD)
    await visitor.open('/profile')
    const before = await changes()
    const letIn: string[] = []
    for (const route of pageRoutes().filter(({ pattern }) => /:(id|ticket_id|message_id|customer_id)\b/.test(pattern) && !/^\/profile/.test(pattern))) {
      const path = addressOf(route, world)
      const { status, text } = isWrite(route) ? await visitor.send(path, bodyFor(world.ticket.id), route.method) : await visitor.open(path)
      if (![403, 404].includes(status) || text.includes('Cizí věc')) letIn.push(`${said(route)}: ${status}`)
    }
    assert.deepEqual(letIn, [])
    assert.equal(await changes(), before)
  })

  test('an id that is none, or none of ours, is not there; it is no fault of the desk', async ({ assert }) => {
    const visitor = await signedIn(await AgentFactory.apply('admin').create(), PASSWORD)
    await visitor.open('/profile')
    for (const route of pageRoutes().filter(({ pattern }) => /:(id|ticket_id|message_id|customer_id)\b/.test(pattern))) {
      for (const id of ['nothing', '0', '-1', '1e3', '4294967296', '99999999999999999999']) {
        const path = route.pattern.replace(/:kind/, 'reply').replace(/:(id|ticket_id|message_id|customer_id|plugin_id)\b/g, id).replace(/:connection/, '1').replace(/:(\w+)/g, 'orders')
        const { status } = isWrite(route) ? await visitor.send(path, bodyFor(1), route.method) : await visitor.open(path)
        assert.isBelow(status, 500, `${route.method} ${path}`)
      }
    }
  })

  test('the character NUL in what is sent is dropped, and breaks nothing', async ({ assert }) => {
    const visitor = await signedIn(await AgentFactory.apply('admin').create(), PASSWORD)
    const ticket = await givenTicket()
    await visitor.open('/profile')
    assert.equal((await visitor.send(`/tickets/${ticket.id}/notes`, { text: 'Volala\0 znovu' })).status, 303)
    assert.equal((await db.from('notes').where('ticket_id', ticket.id).firstOrFail()).text, 'Volala znovu')
    for (const path of ['/search?q=a%00b', '/customers?q=%00', '/admin/tags?after=%00', '/views/waiting?q=%00&cursor=%00']) assert.isBelow((await visitor.open(path)).status, 500, path)
  })
})
