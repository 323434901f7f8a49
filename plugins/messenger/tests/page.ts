import { nowMs } from '#support/clock'
import db from '@adonisjs/lucid/services/db'
import { writeConfig } from '#channels/inbox_config'
import type Inbox from '#channels/inbox'
import { drain } from '#tests/drain'
import { FakeGraph } from '#tests/fakes/graph'
import { givenInbox } from '#tests/given'
import { givenEnabled } from '#tests/installed_plugins'
import { deskUrl } from '#tests/window'
import { fresh } from '#tests/given'

/** A page that is connected to this desk, and Facebook in the place of a fake. */
export class ConnectedPage {
  constructor(
    readonly graph: FakeGraph,
    readonly inbox: Inbox
  ) {}

  get hook() {
    return `${deskUrl()}/hooks/messenger/${this.inbox.key}`
  }

  /** These events come in one call, and are taken in. */
  async receive(...events: Record<string, any>[]) {
    const answer = await this.graph.emit(this.hook, this.graph.body(events))
    await drain()
    return answer
  }

  items() {
    return db.from('incoming_items').where('inbox_id', this.inbox.id).orderBy('id')
  }

  messages() {
    return db.from('messages').where('inbox_id', this.inbox.id).orderBy('id')
  }

  async ticket() {
    return fresh(await db.from('tickets').where('inbox_id', this.inbox.id).orderBy('id').firstOrFail())
  }

  delivery(message: { id: number }) {
    return db.from('deliveries').where('message_id', message.id).firstOrFail()
  }

  /** An agent answers; `attachments` of uploads are kept by the caller. */
  async answer(agent: { id: number }, values: { text: string; uploadIds?: number[]; automatic?: boolean }) {
    return (await this.ticket()).reply(values, { by: values.automatic ? null : { kind: 'agent', id: agent.id } })
  }
}

/** For `group.each.setup`: gives the page, and what takes it away again. */
export async function connectPage(config: Record<string, unknown> = {}): Promise<{ page: ConnectedPage; leave: () => Promise<void> }> {
  const graph = await new FakeGraph().start()
  const before = process.env.META_GRAPH_URL
  process.env.META_GRAPH_URL = graph.url
  await givenEnabled('messenger')
  const inbox = await givenInbox({ channel: 'messenger', name: 'Kavárna na Facebooku' })
  inbox.config = writeConfig(inbox, { page_id: graph.account, page_access_token: graph.token, app_secret: graph.secret, app_id: '777', verify_token: 'our-word', ...config })
  await inbox.save()
  return {
    page: new ConnectedPage(graph, inbox),
    async leave() {
      if (before === undefined) delete process.env.META_GRAPH_URL
      else process.env.META_GRAPH_URL = before
      await graph.stop()
    },
  }
}

export const minutesAgo = (minutes: number) => nowMs() - minutes * 60_000
