import db from '@adonisjs/lucid/services/db'
import { fold } from '#search/folding'
import type { KeptFilters } from './saved_view.js'
import { scopeFor } from './ticket_list.js'
import { orders } from './ticket_list/cursor.js'
import { plainFilters } from './ticket_list/filters.js'
import { stageIs, stages as allStages, stagesOf } from './ticket_list/stages.js'
import { MOST_COUNTED, viewOf, type Access, type Reader } from './views.js'

/** A count looks at so many tickets of its scope; a view that would need more shows no number. */
const LOOKED_AT = 2000

const COLUMNS = ['id', 'status', 'stage', 'channel', 'category', 'priority', 'inbox_id', 'customer_id', 'owner_id', 'team_id', 'effective_agent_id', 'effective_team_id', 'created_at', 'updated_at', 'side_of_id']

/**
 * How many tickets a saved view has, as part of a query: exact up to a hundred, -1 where counting would mean
 * reading on and on; null for a view that has no number (a search, mentions).
 */
export function savedCount(kept: KeptFilters, reader: Reader, access: Access) {
  const view = viewOf(kept.view ?? 'all', reader)
  if (!view || view.mentions || kept.q) return null

  const filters = plainFilters(kept, reader)
  const stages = filters.status ? stagesOf(filters.status) : view.stages
  const { scope, narrowings } = scopeFor(view.scope, stages, orders.updated, filters, access)
  const looked = db.query().from('tickets').select(...COLUMNS).limit(LOOKED_AT)
  if (stages.length < allStages.length) looked.whereRaw(stageIs(...stages))
  if (scope) narrow(looked, scope.column, scope.values)

  const found = db.query().from(looked.clone().as('looked')).select(db.raw('1 as one')).whereNull('side_of_id').limit(MOST_COUNTED)
  for (const { column, values } of narrowings) narrow(found, column, values)
  if (filters.status) found.whereIn('status', [...filters.status])
  if (filters.updatedSince !== undefined) found.where('updated_at', '>=', filters.updatedSince)
  if (filters.createdSince !== undefined) found.where('created_at', '>=', filters.createdSince)
  if (filters.tag !== undefined) {
    const folded = fold(filters.tag.trim()).slice(0, 60)
    found.whereIn('id', db.query().from('ticket_tags').join('tags', 'tags.id', 'ticket_tags.tag_id').where('tags.folded', folded).select('ticket_tags.ticket_id'))
  }
  const enough = db.query().from(found.as('found')).select(db.raw('count(*) as so_many'))
  const passed = db.query().from(looked.as('passed')).select(db.raw('count(*) as looked_at'))
  return db
    .query()
    .from(db.query().select(enough.as('so_many'), passed.as('looked_at')).as('counted'))
    .select(db.raw('case when so_many < ? and looked_at >= ? then -1 else so_many end as count', [MOST_COUNTED, LOOKED_AT])) as unknown as ReturnType<typeof db.query>
}

function narrow(query: ReturnType<typeof db.query>, column: string, values: readonly (number | string | null)[]) {
  const given = values.filter((value) => value !== null)
  query.where((way) => {
    way.whereIn(column, given)
    if (values.includes(null)) way.orWhereNull(column)
  })
}
