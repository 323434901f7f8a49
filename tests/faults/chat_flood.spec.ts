import { test } from '@japa/runner'
import { FakeGraph } from '../fakes/graph.js'
import { ADMIN, startDesk, type Desk } from '../servers/desk.js'
import { Visitor } from '../servers/visitor.js'
import { until } from '../window.js'

const PEOPLE = 100
const FLOOD = 1000
const LOOKS = 40
const ROUNDS = 3

/**
 * What one channel does must not be felt on the list: whatever it floods, hangs or throws (issue of the chat channels,
 * "never beyond twice"). The list is looked at before and all the while, on the same machine; what nine looks of ten take is
 * compared, in three rounds of which the middle one counts: another program may take the machine away from one of them.
 */
test.group('Faults | a channel that floods, hangs or throws', (group) => {
  let desk: Desk
  let graph: FakeGraph
  let hook: string
  let visitor: Visitor
  group.setup(async () => {
    graph = await new FakeGraph().start()
    desk = await startDesk({ env: { META_GRAPH_URL: graph.url, HOOK_RATE_LIMIT: '100000' } })
    const inbox = await desk.api('POST', '/inboxes', { channel: 'messenger', name: 'Stránka', undo_seconds: 0, config: { page_id: graph.account, page_access_token: graph.token, app_secret: graph.secret } })
    hook = `${desk.url}/hooks/messenger/${inbox.key}`
    visitor = new Visitor(desk.url)
    await visitor.submit('/sign-in', '/sign-in', { email: ADMIN.email, password: ADMIN.password })
    await say(Array.from({ length: PEOPLE }, (_, index) => graph.text(person(index), 'Dobrý den, kde je můj balík?')))
    await settled()
    return async () => {
      await desk.stop()
      await graph.stop()
    }
  })

  const person = (index: number) => String(55000 + (index % PEOPLE))

  /** Events in calls of fifty, all at once. */
  async function say(events: Record<string, any>[]) {
    const calls = Array.from({ length: Math.ceil(events.length / 50) }, (_, at) => graph.body(events.slice(at * 50, at * 50 + 50)))
    const answers = await Promise.all(calls.map((body) => graph.emit(hook, body)))
    return answers.map(({ status }) => status)
  }

  const settled = () => until('everything taken in', async () => (await desk.api('GET', '/inboxes/1/health')).waiting.incoming === 0, 120_000)

  /** What nine of ten looks at the list take at most, ms: of some looks, or of all until it is over. */
  async function timeOfList(isOver?: () => boolean): Promise<number> {
    const times: number[] = []
    while (isOver ? !isOver() || times.length < LOOKS : times.length < LOOKS) {
      const from = performance.now()
      const answer = await visitor.get('/views/waiting')
      if (answer.status !== 200) throw new Error(`The list answered ${answer.status}`)
      times.push(performance.now() - from)
      await new Promise((done) => setTimeout(done, 20))
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length * 0.9)]
  }

  /** How many times as long the list took meanwhile: of three rounds the middle one. */
  async function slowing(disturb: () => Promise<unknown>): Promise<number> {
    const ratios: number[] = []
    while (ratios.length < ROUNDS) {
      const before = await timeOfList()
      let over = false
      const disturbing = disturb().finally(() => (over = true))
      const meanwhile = await timeOfList(() => over)
      await disturbing
      ratios.push(meanwhile / before)
    }
    return ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]
  }

  test('a thousand messages at once: each is taken in once, and the list stays within twice its time', async ({ assert }) => {
    let sent = 0
    const flood = async () => {
      const statuses = await say(Array.from({ length: FLOOD }, () => graph.text(person(sent++), `Zpráva ${sent}`)))
      assert.isTrue(statuses.every((status) => status === 200))
      await settled()
    }
    const ratio = await slowing(flood)
    assert.isAtMost(ratio, 2, `the list took ${ratio.toFixed(2)} times as long`)
    const tickets = await desk.api('GET', '/tickets?limit=100')
    const total = tickets.data.reduce((sum: number, ticket: { message_count: number }) => sum + ticket.message_count, 0)
    assert.equal(total, PEOPLE + sent)
  })

  test('files that never come and events that break the plugin are felt by nobody', async ({ assert }) => {
    const hanging = () => graph.text(person(1), 'S fotkou', { attachments: [{ type: 'image', payload: { url: `${graph.url}/hang/x.png` } }] })
    const broken = () => graph.event(person(2), { message: { mid: `m_broken_${Math.random()}`, attachments: 'none' } })
    const ratio = await slowing(() => say([...Array.from({ length: 20 }, broken), hanging()]))
    assert.isAtMost(ratio, 2, `the list took ${ratio.toFixed(2)} times as long`)
  })
})
