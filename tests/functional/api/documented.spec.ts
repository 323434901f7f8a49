import { test } from '@japa/runner'
import type { ApiClient, ApiResponse } from '@japa/api-client'
import testUtils from '@adonisjs/core/services/test_utils'
import db from '@adonisjs/lucid/services/db'
import { ruleSender } from '#channels/spam/senders'
import { nowMs } from '#support/clock'
import { FakeChannel } from '#tests/fakes/fake_channel'
import { drain } from '#tests/drain'
import { api, givenToken } from '#tests/api'
import { faults } from '#tests/json_schema'
import { givenAgent, givenCustomer, givenInbox, givenTeam, givenTicket, words } from '#tests/given'

type Document = { paths: Record<string, Record<string, any>>; components: object }

test.group('API | the document', (group) => {
  group.each.setup(() => testUtils.db().withGlobalTransaction())
  group.each.setup(() => new FakeChannel('fake').install())

  test('every documented address does what the document says', async ({ client, assert }) => {
    const document = (await client.get('/api/v1/openapi.json')).body() as Document
    const documented = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`))
    const calls = await callsOf(client)
    assert.sameMembers(Object.keys(calls), documented)

    for (const [address, call] of Object.entries(calls)) {
      const response = await call()
      const [method, path] = address.split(' ')
      const operation = document.paths[`/api/v1${path}`]![method!.toLowerCase()]
      const [good] = Object.keys(operation.responses).filter((status) => status.startsWith('2'))
      assert.equal(response.status(), Number(good), `${address}: ${response.text()?.slice(0, 500)}`)
      const json = operation.responses[good!].content['application/json']
      if (json) assert.deepEqual(faults(response.body(), json.schema, document), [], address)
    }
  })

  test('each wrong answer is a problem as described', async ({ client, assert }) => {
    const document = (await client.get('/api/v1/openapi.json')).body() as Document
    const token = await givenToken()
    const problem = { $ref: '#/components/schemas/Problem' }
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (!path.includes('{')) continue
        const request = api(client, token)[method as 'get' | 'post' | 'patch' | 'delete'](path.replace('/api/v1', '').replace(/\{\w+\}/g, '987654321'), {})
        const response = await request
        assert.oneOf(String(response.status()), Object.keys(operation.responses), `${method} ${path}`)
        assert.isAtLeast(response.status(), 400, `${method} ${path}`)
        assert.deepEqual(faults(response.body(), problem, document), [], `${method} ${path}`)
      }
    }
  })

  test('the document is OpenAPI 3.1 with distinct names, and its page is readable without a script', async ({ client, assert }) => {
    const document = (await client.get('/api/v1/openapi.json')).body()
    assert.equal(document.openapi, '3.1.0')
    const names = Object.values<any>(document.paths).flatMap((methods) => Object.values<any>(methods).map(({ operationId }) => operationId))
    assert.equal(new Set(names).size, names.length)
    const used = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name!)
    assert.includeMembers(Object.keys(document.components.schemas), used)
    assert.notProperty(document.paths, '/api/v1/test/clock')

    const page = await client.get('/api/docs')
    page.assertStatus(200)
    page.assertTextIncludes('/api/v1/tickets/{number}/messages')
    assert.notInclude(page.text(), '<script')
  })
})

/** A good call of each address, in an order in which they can follow each other. */
async function callsOf(client: ApiClient): Promise<Record<string, () => Promise<ApiResponse>>> {
  const token = await givenToken()
  const call = api(client, token)
  const inbox = await givenInbox({ channel: 'fake', undoSeconds: 30 })
  const ticket = await givenTicket({ inbox })
  const [colleague, teamId, customerId, otherId] = [await givenAgent(), await givenTeam(), await givenCustomer(), await givenCustomer()]
  const path = `/tickets/${ticket.id}`
  const file = { filename: 'a.txt', content_base64: 'YWhvag==' }
  const reply = (await call.post(`${path}/messages`, { text: 'Dobrý den', attachments: [file] })).body()
  const note = (await call.post(`${path}/notes`, { text: 'Interní', attachments: [file] })).body()
  const upload = (content: string) => client.post('/api/v1/uploads').bearerToken(token.plain).file('file', Buffer.from(content), { filename: 'a.txt' })
  const hand = (text: string) => client.post(`/api/v1/inboxes/${inbox.id}/inbound`).bearerToken(token.plain).header('content-type', 'message/rfc822').setup((request) => void request.request.send(text))
  const came = (await hand(JSON.stringify({ type: 'message', externalId: 'm1', from: { kind: 'email', value: 'eva@posta.test' }, text: 'Ahoj', subject: 'Ahoj' }))).body()
  const message = await db.from('messages').whereNotNull('incoming_item_id').orderBy('id', 'desc').firstOrFail()
  const [{ id: missing }] = await db.knexQuery().table('attachments').insert({ message_id: message.id, name: 'a.pdf', type: 'application/pdf', bytes: 0, error: '{"plugin":"gateway","key":"file_not_had"}', created_at: nowMs() }).returning('id')
  const broken = (await hand('no json')).body()
  await db.from('incoming_items').where('id', broken.incoming_id).update({ state: 'failed', outcome: 'failed' })
  const [job] = await db.knexQuery().table('jobs').insert({ key: 'dead-1', name: 'x', data: '{"a":1}', state: 'dead', due_at: nowMs(), attempts: 6, error: 'x', created_at: nowMs(), finished_at: nowMs() }).returning('id')
  const [given, asked, refused, back] = [await givenTicket({ inbox }), await givenTicket({ inbox }), await givenTicket({ inbox }), await givenTicket({ inbox })]
  const askOn = async ({ id }: { id: number }) => (await call.post(`/tickets/${id}/handover`, { kind: 'ask', to_agent_id: String(colleague.id), note: 'Víš to?' })).body().id as string
  const [first, second, third] = [await askOn(asked), await askOn(refused), await askOn(back)]
  const [absent, substitute] = [await givenAgent(), await givenAgent()]
  const [covered, own] = [await givenTicket({ inbox, ownerId: absent.id }), await givenTicket({ inbox, ownerId: token.agent.id })]
  const plan = (starts_at: string, agent_id = String(absent.id)) => ({ agent_id, starts_at, ends_at: '2099-02-01T00:00:00Z', rules: [{ agent_id: String(token.agent.id) }, { scope: { channel: ['chat'] } }] })
  const running = (await call.post('/absences', plan(new Date(nowMs() - 1000).toISOString()))).body()
  const [changed, called] = [(await call.post('/absences', plan('2099-01-01T00:00:00Z', String(substitute.id)))).body(), (await call.post('/absences', plan('2099-01-05T00:00:00Z'))).body()]
  const leaver = await givenAgent()
  const spare = (await call.post('/inboxes', { channel: 'fake', name: 'Jiná' })).body()

  const [twin, other] = [await givenTicket({ inbox }), await givenTicket({ inbox })]
  const two = await twin.receive(words(inbox.id, twin.customerId), { by: null })
  const side = (await call.post(`${path}/side-conversations`, { to: ['dopravce@posta.test'], subject: 'Zásilka', text: 'Kde je?' })).body()
  const task = (await call.post(`${path}/tasks`, { text: 'Zavolat' })).body()
  const view = (await call.post('/views', { name: 'Moje', filters: { status: 'open' } })).body()
  const viewPath = `/views/${String(view.id).replace('saved-', '')}`
  const act = (await call.post('/bulk-changes', { ticket_numbers: [String(other.id)], act: 'priority', priority: 'high' })).body()

  return {
    'POST /tickets/{number}/split': () => call.post(`/tickets/${twin.id}/split`, { message_ids: [String(two)] }),
    'POST /tickets/{number}/merge': () => call.post(`/tickets/${twin.id}/merge`, { into: String(other.id) }),
    'DELETE /tickets/{number}/merge': () => call.delete(`/tickets/${twin.id}/merge`),
    'GET /tickets/{number}/links': () => call.get(`${path}/links`),
    'POST /tickets/{number}/links': () => call.post(`${path}/links`, { number: String(other.id), kind: 'parent' }),
    'DELETE /tickets/{number}/links/{other}': () => call.delete(`${path}/links/${other.id}`),
    'GET /tickets/{number}/followers': () => call.get(`${path}/followers`),
    'POST /tickets/{number}/following': () => call.post(`${path}/following`),
    'DELETE /tickets/{number}/following': () => call.delete(`${path}/following`),
    'GET /tickets/{number}/drafts': () => call.get(`${path}/drafts`),
    'GET /tickets/{number}/side-conversations': () => call.get(`${path}/side-conversations`),
    'POST /tickets/{number}/side-conversations': () => call.post(`${path}/side-conversations`, { to: ['dodavatel@posta.test'], subject: 'Zboží', text: 'Kdy?' }),
    'GET /side-conversations/{id}': () => call.get(`/side-conversations/${side.id}`),
    'GET /side-conversations/{id}/messages': () => call.get(`/side-conversations/${side.id}/messages`),
    'POST /side-conversations/{id}/messages': () => call.post(`/side-conversations/${side.id}/messages`, { text: 'A ještě' }),
    'GET /tasks': () => call.get('/tasks?state=open'),
    'GET /tickets/{number}/tasks': () => call.get(`${path}/tasks`),
    'POST /tickets/{number}/tasks': () => call.post(`${path}/tasks`, { text: 'Poslat', due_at: '2099-01-01T00:00:00Z' }),
    'PATCH /tasks/{id}': () => call.patch(`/tasks/${task.id}`, { done: true, text: 'Zavolat znovu' }),
    'DELETE /tasks/{id}': () => call.delete(`/tasks/${task.id}`),
    'POST /views': () => call.post('/views', { name: 'Naše', filters: { owner: 'me', view: 'waiting' }, everybody: true }),
    'GET /views/{id}': () => call.get(viewPath),
    'PATCH /views/{id}': () => call.patch(viewPath, { name: 'Jinak' }),
    'DELETE /views/{id}': () => call.delete(viewPath),
    'POST /bulk-changes': () => call.post('/bulk-changes', { ticket_numbers: [String(other.id)], act: 'tag', tags: ['a'], preview: true }),
    'DELETE /acts/{id}': () => call.delete(`/acts/${act.act_id}`),
    'GET /tickets': () => call.get('/tickets?q=kavovar'),
    'POST /tickets': () => call.post('/tickets', { subject: 'Nový', inbox_id: String(inbox.id), customer: { email: 'x@posta.test' }, message: { text: 'Ahoj', direction: 'inbound' } }),
    'GET /tickets/{number}': () => call.get(path),
    'PATCH /tickets/{number}': () => call.patch(path, { owner_id: String(colleague.id), tags: ['a'], custom: { a: 1 } }),
    'POST /tickets/{number}/resolution': () => call.post(`${path}/resolution`),
    'DELETE /tickets/{number}/resolution': () => call.delete(`${path}/resolution`),
    'POST /tickets/{number}/closure': () => call.post(`${path}/closure`),
    'DELETE /tickets/{number}/closure': () => call.delete(`${path}/closure`),
    'POST /tickets/{number}/spam': () => call.post(`${path}/spam`),
    'DELETE /tickets/{number}/spam': () => call.delete(`${path}/spam`),
    'POST /tickets/{number}/snooze': () => call.post(`${path}/snooze`, { until: '2099-01-01T00:00:00Z' }),
    'DELETE /tickets/{number}/snooze': () => call.delete(`${path}/snooze`),
    'POST /tickets/{number}/reminder': () => call.post(`${path}/reminder`, { until: '2099-01-01T00:00:00Z' }),
    'DELETE /tickets/{number}/reminder': () => call.delete(`${path}/reminder`),
    'GET /tickets/{number}/messages': () => call.get(`${path}/messages`),
    'POST /tickets/{number}/messages': () => call.post(`${path}/messages`, { html: '<p>Ještě</p>', to: ['eva@posta.test'] }),
    'PATCH /messages/{id}/delivery': () => call.patch(`/messages/${reply.id}/delivery`, { send_at: '2099-01-01T00:00:00Z' }),
    'GET /planned-messages': () => call.get('/planned-messages'),
    'GET /messages/{id}': () => call.get(`/messages/${reply.id}`),
    'GET /messages/{id}/raw': () => call.get(`/messages/${came.message_id}/raw`),
    'DELETE /messages/{id}/delivery': () => call.delete(`/messages/${reply.id}/delivery`),
    'POST /messages/{id}/delivery': () => call.post(`/messages/${reply.id}/delivery`),
    'GET /tickets/{number}/notes': () => call.get(`${path}/notes`),
    'POST /tickets/{number}/notes': () => call.post(`${path}/notes`, { html: '<b>Pozor</b>' }),
    'GET /notes/{note_id}/attachments/{id}': () => call.get(`/notes/${note.id}/attachments/${note.attachments[0].id}`),
    'GET /tickets/{number}/thread': () => call.get(`${path}/thread`),
    'GET /tickets/{number}/events': () => call.get(`${path}/events`),
    'POST /tickets/{number}/handover': () => call.post(`/tickets/${given.id}/handover`, { kind: 'transfer', to_agent_id: String(colleague.id), note: 'Prosím' }),
    'DELETE /tickets/{number}/handover': () => call.delete(`/tickets/${given.id}/handover`),
    'GET /deputies': () => call.get('/deputies'),
    'POST /deputies': () => call.post('/deputies', { principal_id: String(token.agent.id), deputy_id: String(colleague.id), rights: 'act', valid_to: '2099-01-01T00:00:00Z' }),
    'DELETE /deputies/{id}': async () => call.delete(`/deputies/${(await call.get('/deputies')).body().data[0].id}`),
    'POST /tickets/{number}/claim': () => call.post(`/tickets/${given.id}/claim`),
    'DELETE /tickets/{number}/claim': () => call.delete(`/tickets/${given.id}/claim`),
    'GET /handovers': () => call.get('/handovers?by=me&limit=1'),
    'GET /handovers/{id}': () => call.get(`/handovers/${first}`),
    'POST /handovers/{id}/acceptance': () => call.post(`/handovers/${first}/acceptance`),
    'POST /handovers/{id}/answer': () => call.post(`/handovers/${first}/answer`, { text: 'Vím.' }),
    'POST /handovers/{id}/refusal': () => call.post(`/handovers/${second}/refusal`, { text: 'Nevím.' }),
    'DELETE /handovers/{id}': () => call.delete(`/handovers/${third}`),
    'GET /attachments/{id}': () => call.get(`/attachments/${reply.attachments[0].id}`),
    'POST /attachments/{id}/retrieval': () => call.post(`/attachments/${missing}/retrieval`),
    'POST /uploads': async () => upload('obsah'),
    'GET /customers': () => call.get('/customers?q=anna'),
    'POST /customers': () => call.post('/customers', { name: 'Nová', phone: '777 888 999', language: 'cs', about: null }),
    'GET /customers/{id}': () => call.get(`/customers/${customerId}`),
    'PATCH /customers/{id}': () => call.patch(`/customers/${customerId}`, { name: 'Jiná', email: 'dalsi@posta.test' }),
    'POST /customers/{id}/merge': () => call.post(`/customers/${otherId}/merge`, { into: String(customerId) }),
    'GET /customers/{id}/timeline': () => call.get(`/customers/${ticket.customerId}/timeline`),
    'GET /customers/{id}/context': () => call.get(`/customers/${customerId}/context`),
    'GET /notifications': () => call.get('/notifications?unseen=true'),
    'POST /notifications/seen': () => call.post('/notifications/seen', { up_to: '1' }),
    'GET /agents': () => call.get('/agents'),
    'GET /agents/me': () => call.get('/agents/me'),
    'GET /agents/{id}': () => call.get(`/agents/${colleague.id}`),
    'POST /agents': () => call.post('/agents', { name: 'Nový', email: 'novy@desk.test', role: 'agent', team_ids: [String(teamId)] }),
    'POST /agents/{id}/invitation': () => call.post(`/agents/${colleague.id}/invitation`),
    'PATCH /agents/{id}': () => call.patch(`/agents/${colleague.id}`, { role: 'supervisor', availability: 'away', restricted: true, work: { languages: ['cs'], topics: ['Reklamace'], caps: { '*': 5 }, hours: { mon: [['08:00', '16:30']] } } }),
    'GET /absences': () => call.get(`/absences?agent_id=${absent.id}`),
    'POST /absences': () => call.post('/absences', plan('2099-01-10T00:00:00Z')),
    'POST /absences/check': () => call.post('/absences/check', plan('2099-01-10T00:00:00Z')),
    'GET /absences/{id}': () => call.get(`/absences/${running.id}`),
    'PATCH /absences/{id}': () => call.patch(`/absences/${changed.id}`, { public_note: 'Na horách', version: changed.version }),
    'DELETE /absences/{id}': () => call.delete(`/absences/${called.id}`),
    'POST /absences/{id}/answer': () => call.post(`/absences/${running.id}/answer`, { accept: true }),
    'GET /coverages': () => call.get(`/coverages?ticket=${covered.id}&open=true`),
    'POST /tickets/{number}/keeping': () => call.post(`/tickets/${covered.id}/keeping`),
    'POST /tickets/{number}/taking-back': () => call.post(`/tickets/${own.id}/taking-back`),
    'DELETE /tickets/{number}/taking-back': () => call.delete(`/tickets/${own.id}/taking-back`),
    'POST /absences/{id}/return': () => call.post(`/absences/${running.id}/return`),
    'GET /agents/{id}/default-plan': () => call.get(`/agents/${colleague.id}/default-plan`),
    'PATCH /agents/{id}/default-plan': () => call.patch(`/agents/${absent.id}/default-plan`, { rules: [{ team_id: String(teamId) }], cover_cap: 5 }),
    'GET /agents/{id}/offboarding': () => call.get(`/agents/${colleague.id}/offboarding`),
    'POST /agents/{id}/offboarding': () => call.post(`/agents/${colleague.id}/offboarding`, { at: '2099-01-01T16:00:00Z', heirs: { everything: `team-${teamId}`, inboxes: { [inbox.id]: `agent-${token.agent.id}` } } }),
    'DELETE /agents/{id}/offboarding': () => call.delete(`/agents/${colleague.id}/offboarding`),
    'DELETE /agents/{id}/offboarding/reassignment': async () => {
      await call.post(`/agents/${leaver.id}/offboarding`, {})
      await drain()
      return call.delete(`/agents/${leaver.id}/offboarding/reassignment`)
    },
    'GET /teams': () => call.get('/teams'),
    'GET /teams/{id}': () => call.get(`/teams/${teamId}`),
    'POST /teams': () => call.post('/teams', { name: 'Sklad', member_ids: [String(colleague.id)], inbox_ids: [String(inbox.id)], supervisor_id: String(colleague.id) }),
    'PATCH /teams/{id}': () => call.patch(`/teams/${teamId}`, { name: 'Reklamace a vratky', work: { distribution: 'least_loaded', most_open: 10, hours: { fri: [['08:00', '12:00']] } } }),
    'DELETE /teams/{id}': async () => call.delete(`/teams/${await givenTeam()}`),
    'GET /sender-rules': () => call.get('/sender-rules'),
    'POST /sender-rules': () => call.post('/sender-rules', { value: 'spam@posta.test', verdict: 'block' }),
    'GET /spam-retention': () => call.get('/spam-retention'),
    'PATCH /spam-retention': () => call.patch('/spam-retention', { days: 30 }),
    'DELETE /sender-rules/{id}': async () => call.delete(`/sender-rules/${(await ruleSender('@vyhry.test', 'block', { by: null })).id}`),
    'GET /inboxes': () => call.get('/inboxes'),
    'POST /inboxes': () => call.post('/inboxes', { channel: 'fake', name: 'Nová', config: { server: { host: 'x' } } }),
    'GET /inboxes/{id}': () => call.get(`/inboxes/${inbox.id}`),
    'PATCH /inboxes/{id}': () => call.patch(`/inboxes/${inbox.id}`, { signature: 'E-shop' }),
    'DELETE /inboxes/{id}': () => call.delete(`/inboxes/${spare.id}`),
    'PATCH /inboxes/{id}/farewell': async () => {
      await db.from('inboxes').where('id', inbox.id).update({ farewell_of_id: leaver.id, farewell_from_at: nowMs(), farewell_until_at: nowMs() + 86_400_000 })
      return call.patch(`/inboxes/${inbox.id}/farewell`, { text: 'Už tu není' })
    },
    'DELETE /inboxes/{id}/farewell': () => call.delete(`/inboxes/${inbox.id}/farewell`),
    'POST /inboxes/{id}/check': () => call.post(`/inboxes/${inbox.id}/check`),
    'GET /inboxes/{id}/health': () => call.get(`/inboxes/${inbox.id}/health`),
    'GET /inboxes/{id}/templates': () => call.get(`/inboxes/${inbox.id}/templates`),
    'POST /inboxes/{id}/inbound': async () => hand(JSON.stringify({ type: 'message', externalId: 'm2', from: { kind: 'email', value: 'eva@posta.test' }, text: 'Podruhé' })),
    'GET /incoming': () => call.get('/incoming?state=done,failed'),
    'GET /incoming/{id}': () => call.get(`/incoming/${came.incoming_id}`),
    'POST /incoming/{id}/replay': () => call.post(`/incoming/${broken.incoming_id}/replay`),
    'GET /jobs': () => call.get('/jobs?state=dead'),
    'POST /jobs/{id}/retry': () => call.post(`/jobs/${job.id ?? job}/retry`),
    'GET /search': () => call.get('/search?q=kavovar'),
    'GET /tags': () => call.get('/tags'),
    'GET /views': () => call.get('/views'),
  }
}
