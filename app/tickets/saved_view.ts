import { SavedViewSchema } from '#database/schema'
import type { Cause } from '#support/actor'
import { now } from '#support/clock'
import { DomainError } from '#support/domain_error'
import { record } from '#support/events'
import { storable } from '#support/storable'
import { reading, transaction } from '#support/transaction'
import { FILTER_NAMES, type GivenFilters } from './ticket_list/filters.js'
import { sorts, type Sort } from './ticket_list/cursor.js'
import { viewOf, type Reader } from './views.js'

/** What a saved view keeps: a built-in view to begin from, filters, and an order. */
export interface KeptFilters extends GivenFilters {
  readonly view?: string
  readonly sort?: Sort
}

/** Whose eyes it is for: its maker's, a team's, or everybody's. */
export type Share = { readonly teamId?: number | null; readonly everybody?: boolean }

/** So many an agent may have; more would be a list that nobody reads. */
const MOST = 50

/** A filter with a name (M017). */
export default class SavedView extends SavedViewSchema {
  get key() {
    return `saved-${this.id}` as const
  }

  get kept(): KeptFilters {
    return JSON.parse(this.filters)
  }

  /** @throws DomainError without a name, or beyond fifty */
  static async save(reader: Reader, { name, filters, ...share }: { name: string; filters: KeptFilters } & Share, cause: Cause): Promise<SavedView> {
    return transaction(async (trx) => {
      const own = await SavedView.query({ client: trx }).where('agent_id', reader.id).select('id', 'position')
      if (own.length >= MOST) throw new DomainError('together.errors.too_many_views', 422, { count: MOST })
      const view = await SavedView.create(
        { agentId: reader.id, ...shared(share), name: named(name), filters: JSON.stringify(await checked(filters, reader)), position: 1 + Math.max(0, ...own.map((one) => one.position)), createdAt: now(), updatedAt: now() },
        { client: trx }
      )
      await record('view:saved', { viewId: view.id }, cause)
      return view
    })
  }

  /** Views of this agent that others use. */
  static sharedBy(agentId: number) {
    return reading().from('saved_views').where('agent_id', agentId).where((shared) => shared.whereNotNull('team_id').orWhere('everybody', 1))
  }

  /** Views that others use get another keeper: whose they were has left. Private ones stay as they are. */
  static async passOn(fromId: number, toId: number, cause: Cause): Promise<number> {
    return transaction(async (trx) => {
      const ids = (await SavedView.sharedBy(fromId).select('id')).map((row) => row.id as number)
      if (ids.length > 0) await trx.from('saved_views').whereIn('id', ids).update({ agent_id: toId, updated_at: now().toMillis() })
      for (const id of ids) await record('view:changed', { viewId: id, fields: ['agentId'] }, cause)
      return ids.length
    })
  }

  async change({ name, filters, ...share }: { name?: string; filters?: KeptFilters } & Share, reader: Reader, cause: Cause) {
    await transaction(async (trx) => {
      if (name !== undefined) this.name = named(name)
      if (filters !== undefined) this.filters = JSON.stringify(await checked(filters, reader))
      if (share.teamId !== undefined || share.everybody !== undefined) {
        const { teamId, everybody } = shared({ teamId: share.teamId === undefined ? this.teamId : share.teamId, everybody: share.everybody ?? Boolean(this.everybody) })
        this.teamId = teamId
        this.everybody = everybody
      }
      const fields = Object.keys(this.$dirty)
      if (fields.length === 0) return
      this.updatedAt = now()
      await this.useTransaction(trx).save()
      await record('view:changed', { viewId: this.id, fields }, cause)
    })
  }

  /** Puts it one place up or down among its maker's. */
  async move(by: -1 | 1) {
    await transaction(async (trx) => {
      const own = await SavedView.query({ client: trx }).where('agent_id', this.agentId).orderBy('position').orderBy('id')
      const at = own.findIndex(({ id }) => id === this.id)
      const to = Math.max(0, Math.min(own.length - 1, at + by))
      own.splice(to, 0, ...own.splice(at, 1))
      for (const [position, view] of own.entries()) await trx.from('saved_views').where('id', view.id).update({ position: position + 1 })
    })
  }

  async remove(cause: Cause) {
    await transaction(async (trx) => {
      await this.useTransaction(trx).delete()
      await record('view:deleted', { viewId: this.id }, cause)
    })
  }
}

/** The saved view of this key, if it is there for the reader. */
export async function findSavedView(key: string, reader: Reader): Promise<SavedView | null> {
  const [, id] = /^saved-(\d{1,9})$/.exec(key) ?? []
  if (!id) return null
  return SavedView.query({ client: reading() }).where('id', Number(id)).where(forReader(reader)).first()
}

/** Narrows a query of saved views to what is there for a reader: their own, their teams', everybody's. */
export function forReader({ id, role }: Reader) {
  return (query: any) => {
    query.where('agent_id', id).orWhere('everybody', 1)
    if (role === 'admin' || role === 'supervisor') query.orWhereNotNull('team_id')
    else query.orWhereIn('team_id', reading().from('team_members').where('agent_id', id).select('team_id'))
  }
}

function named(name: string): string {
  const words = storable(name).trim().slice(0, 60)
  if (words === '') throw new DomainError('together.errors.no_view_name', 422)
  return words
}

function shared({ teamId = null, everybody = false }: Share) {
  return { teamId: everybody ? null : teamId, everybody: everybody ? 1 : 0 }
}

/** Keeps what means something: a view that narrows another saved view takes that one's filters over. */
async function checked(given: KeptFilters, reader: Reader): Promise<KeptFilters> {
  const base = given.view ? await findSavedView(given.view, reader) : null
  const view = base ? base.kept.view : given.view
  if (view !== undefined && !viewOf(view, reader)) throw new DomainError('tickets.errors.unknown_view', 422)
  const filters = { ...base?.kept, ...given }
  const kept: Record<string, string> = Object.fromEntries(FILTER_NAMES.flatMap((name) => (filters[name] ? [[name, String(filters[name]).slice(0, 500)]] : [])))
  const sort = sorts.find((one) => one === (given.sort ?? base?.kept.sort))
  return { ...(view !== undefined && { view }), ...(sort && { sort }), ...kept }
}
