import { randomUUID } from 'node:crypto'
import { InboxSchema } from '#database/schema'
import { readConfig, writeConfig, type Nested } from '#channels/inbox_config'
import { pluginRegistry } from '#plugins/registry'
import { storeReason } from '#plugins/reasons'
import type { Cause } from '#support/actor'
import { now, nowMs } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { poke } from '#support/pokes'
import { afterCommit, leaves, transaction } from '#support/transaction'

/** What a person decides of an inbox; `config` is the driver's own part, nested. */
export interface InboxValues {
  readonly name?: string
  readonly teamId?: number | null
  /** Whose personal inbox it is; null: it is shared. */
  readonly agentId?: number | null
  readonly signature?: string | null
  /** Seconds during which a reply can be taken back; 0–60. */
  readonly undoSeconds?: number
  /** Files beyond so many MB in all leave as links; null: the usual. */
  readonly linkAboveMb?: number | null
  /** For so long a link opens its file. */
  readonly linkDays?: number
  readonly closeAfterDays?: number
  readonly reopenWithinDays?: number
  /** Whether a new matter is confirmed to the customer, and in which words. */
  readonly autoReply?: boolean
  readonly autoReplyText?: string | null
  readonly config?: Nested
}

/** One connected mailbox, number, page or widget. Deleting is soft: its tickets stay readable. */
export default class Inbox extends InboxSchema {
  get isPaused() {
    return Boolean(this.pausedAt)
  }

  /**
   * Connects a new inbox.
   *
   * @throws DomainError when no plugin serves the channel
   * @throws InvalidConfig
   */
  static async connect(values: InboxValues & { channel: string; name: string }, cause: Cause): Promise<Inbox> {
    const driver = pluginRegistry.channel(values.channel)
    if (!driver) throw new DomainError('gateway.errors.no_channel', 422)
    return transaction(async (trx) => {
      const inbox = new Inbox()
      inbox.fill({
        key: randomUUID(),
        channel: values.channel,
        name: values.name,
        config: '{}',
        teamId: values.teamId ?? null,
        agentId: values.agentId ?? null,
        signature: values.signature ?? null,
        undoSeconds: values.undoSeconds ?? 10,
        linkAboveMb: values.linkAboveMb ?? null,
        linkDays: values.linkDays ?? 30,
        closeAfterDays: values.closeAfterDays ?? 14,
        reopenWithinDays: values.reopenWithinDays ?? 30,
        autoReply: values.autoReply ? 1 : 0,
        autoReplyText: values.autoReplyText ?? null,
        autoReplyStoppedAt: null,
        pausedAt: null,
        deletedAt: null,
        createdAt: now(),
        updatedAt: now(),
      })
      inbox.#configure(values.config ?? {})
      await inbox.useTransaction(trx).save()
      await record('inbox:created', { inboxId: inbox.id }, cause, { inboxId: inbox.id, channel: inbox.channel })
      afterCommit(() => poke(['inboxes']))
      return inbox
    })
  }

  /**
   * Changes what is given. Replies that wait for a working connection are tried again at once.
   *
   * @throws InvalidConfig
   */
  async change(values: InboxValues, cause: Cause) {
    this.#mustExist()
    await transaction(async (trx) => {
      const { config, autoReply, ...rest } = values
      if (autoReply !== undefined) this.autoReply = autoReply ? 1 : 0
      Object.assign(this, Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)))
      if (config) this.#configure(config)
      if (!this.$isDirty) return

      const fields = Object.keys(this.$dirty)
      this.updatedAt = now()
      await this.useTransaction(trx).save()
      await trx.from('deliveries').where('inbox_id', this.id).where('state', 'pending').whereNotNull('error').where('due_at', '>', nowMs()).update({ due_at: nowMs() })
      leaves('deliveries')
      await this.#tell('inbox:changed', fields, cause)
    })
  }

  /** Stops fetching and sending; what arrives by itself is still kept and read. */
  async pause(cause: Cause) {
    if (this.isPaused) return
    this.pausedAt = now()
    await this.#keepSwitch(cause)
  }

  async resume(cause: Cause) {
    if (!this.isPaused) return
    this.pausedAt = null
    await this.#keepSwitch(cause)
  }

  /** After the breaker has stopped automatic answers (inbound/steps/acknowledge.ts): a person has looked, they go on. */
  async resumeAutoReply(cause: Cause) {
    if (!this.autoReplyStoppedAt) return
    this.autoReplyStoppedAt = null
    await transaction(async (trx) => {
      // What it counted is over: the next confirmation must not trip it again.
      await trx.from('auto_replies').where('inbox_id', this.id).where('created_at', '>', nowMs() - 600_000).update({ created_at: nowMs() - 600_001 })
    })
    await this.#keepSwitch(cause)
  }

  /** Takes it away from everybody's sight. What waited to be sent says so instead of waiting for ever. */
  async remove(cause: Cause) {
    if (this.deletedAt) return
    await transaction(async (trx) => {
      this.deletedAt = now()
      this.updatedAt = now()
      await this.useTransaction(trx).save()
      const reason = storeReason('gateway', { key: 'inbox_deleted' })
      await trx
        .from('deliveries')
        .where('inbox_id', this.id)
        .whereIn('state', ['pending', 'held'])
        .update({ state: 'failed', failed_at: nowMs(), error: reason, error_code: 'inbox_deleted', updated_at: nowMs() })
      await record('inbox:deleted', { inboxId: this.id }, cause, { inboxId: this.id, channel: this.channel })
      afterCommit(() => poke(['inboxes']))
    })
  }

  #configure(values: Nested) {
    // A signature belongs to every inbox, but the API takes it among the settings too.
    const { signature, ...config } = values
    if (signature !== undefined && !pluginRegistry.channel(this.channel)?.config.signature) this.signature = (signature as string | null) || null
    else if (signature !== undefined) config.signature = signature

    this.config = writeConfig(this, config)
    this.address = (pluginRegistry.channel(this.channel)?.address?.(readConfig(this) as never) ?? null)?.slice(0, 254) ?? null
  }

  async #keepSwitch(cause: Cause) {
    this.#mustExist()
    await transaction(async (trx) => {
      this.updatedAt = now()
      await this.useTransaction(trx).save()
      leaves('deliveries')
      await this.#tell('inbox:changed', ['pausedAt'], cause)
    })
  }

  async #tell(name: 'inbox:changed', fields: string[], cause: Cause) {
    await record(name, { inboxId: this.id, fields }, cause, { inboxId: this.id, channel: this.channel })
    afterCommit(() => poke(['inboxes', `inbox-${this.id}`]))
  }

  #mustExist() {
    if (this.deletedAt) throw new DomainError('gateway.errors.inbox_gone', 409)
  }
}
