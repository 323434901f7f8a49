import db from '@adonisjs/lucid/services/db'
import type Inbox from '#channels/inbox'
import { writeConfig } from '#channels/inbox_config'
import { nowMs } from '#support/clock'
import { drain } from '#tests/drain'
import { type FakeGraph } from '#tests/fakes/graph'
import { fresh, givenInbox } from '#tests/given'
import { givenEnabled } from '#tests/installed_plugins'
import { deskUrl } from '#tests/window'

/** A page or account that is connected to this desk, and its platform in the place of a fake. */
export class ConnectedPage {
  constructor(
    readonly graph: FakeGraph,
    readonly inbox: Inbox
  ) {}

  get hook() {
    return `${deskUrl()}/hooks/${this.inbox.channel}/${this.inbox.key}`
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

  /** An agent answers, or a machine. */
  async answer(agent: { id: number }, values: { text: string; uploadIds?: number[]; automatic?: boolean }) {
    return (await this.ticket()).reply(values, { by: values.automatic ? null : { kind: 'agent', id: agent.id } })
  }

  /** Settings of the inbox are others now. */
  async set(config: Record<string, unknown>) {
    this.inbox.config = writeConfig(this.inbox, config)
    await this.inbox.save()
  }
}

/** For `group.each.setup`: gives the page, and what takes it away again. */
export async function connectPage(channel: string, graph: FakeGraph, config: Record<string, unknown>): Promise<{ page: ConnectedPage; leave: () => Promise<void> }> {
  await graph.start()
  const before = process.env.META_GRAPH_URL
  process.env.META_GRAPH_URL = graph.url
  await givenEnabled(channel)
  const inbox = await givenInbox({ channel, name: 'Kavárna' })
  const page = new ConnectedPage(graph, inbox)
  await page.set({ app_secret: graph.secret, verify_token: 'our-word', ...config })
  return {
    page,
    async leave() {
      if (before === undefined) delete process.env.META_GRAPH_URL
      else process.env.META_GRAPH_URL = before
      await graph.stop()
    },
  }
}

export const minutesAgo = (minutes: number) => nowMs() - minutes * 60_000
