import { text as streamText } from 'node:stream/consumers'
import { DateTime } from 'luxon'
import type { Envelope, Stored } from '#plugin'
import { openKept } from '#support/files'
import type { ItemRow } from './draft.js'

/** A kept item as a channel reads it. */
export function storedItem(item: Pick<ItemRow, 'external_id' | 'type' | 'received_at' | 'bytes' | 'raw_path' | 'envelope'>): Stored {
  return {
    externalId: item.external_id,
    type: item.type,
    at: DateTime.fromMillis(Number(item.received_at), { zone: 'utc' }),
    bytes: Number(item.bytes),
    ...(item.envelope ? { envelope: JSON.parse(item.envelope) as Envelope } : {}),
    open: async () => openKept(item.raw_path),
    text: () => streamText(openKept(item.raw_path)),
  }
}
