import { createHash } from 'node:crypto'
import type { ChannelDriver, File, Inbox, Incoming } from '#plugin'
import { within } from '#support/patience'
import { storable } from '#support/storable'
import { sanitiseApart } from '#tickets/mail_html_apart'
import type { ItemRow, Prepared } from './draft.js'
import { keepIncoming, type IncomingFile } from './incoming_file.js'
import { storedItem } from './stored.js'

const READ_SECONDS = 5
/** A big item is read off the disk as a stream: for each of these a second more. What it costs the processor stays below a second. */
const BYTES_A_SECOND = 4_000_000
const MAX_ITEM_BYTES = 200_000_000
/** No person writes more; the bytes as they arrived stay available. In characters. */
const MAX_TEXT = 1_000_000

/** It could not be read; `key` and `values` are words of `gateway.*`. */
export class Unreadable extends Error {
  constructor(
    readonly key: string,
    readonly values: Record<string, string | number> = {},
    detail = ''
  ) {
    super(detail)
  }
}

/**
 * Turns a stored item into what it means, with its files kept and its HTML cleaned. Outside any
 * transaction: it takes a while, and may run again.
 *
 * @throws Unreadable when the driver throws, takes longer than 5 s (and a second for each 4 MB), or the item is beyond 200 MB
 */
export async function readItem(item: ItemRow, driver: ChannelDriver<any>, inbox: Inbox<any>): Promise<Prepared[]> {
  if (Number(item.bytes) > MAX_ITEM_BYTES) throw new Unreadable('too_large', { megabytes: MAX_ITEM_BYTES / 1_000_000 })
  const seconds = READ_SECONDS + Math.floor(Number(item.bytes) / BYTES_A_SECOND)
  const late = () => new Unreadable('read_too_long', { seconds })
  let things: readonly Incoming[]
  try {
    things = await within(seconds, Promise.resolve(driver.read(storedItem(item), inbox)), late)
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable('read_failed', {}, (error as Error).message)
  }

  const prepared: Prepared[] = []
  for (const incoming of things) prepared.push(await prepare(storable(incoming)))
  return prepared
}

async function prepare(incoming: Incoming): Promise<Prepared> {
  const fingerprint = fingerprintOf(incoming)
  if (incoming.type !== 'message' && incoming.type !== 'bounce') return { incoming, fingerprint, text: '', visibleText: null, html: null, remoteImages: 0, files: [] }

  const { html, remoteImages } = incoming.html ? await sanitiseApart(incoming.html.replace(/\0/g, '')) : { html: null, remoteImages: 0 }
  const isInline = ({ contentId }: File) => Boolean(contentId && html?.toLowerCase().includes(`cid:${contentId}`.toLowerCase()))
  const files: IncomingFile[] = []
  for (const file of incoming.files ?? []) files.push(await keepIncoming(file, isInline(file)))
  return {
    incoming,
    fingerprint,
    text: short(incoming.text ?? ''),
    visibleText: incoming.type === 'bounce' || incoming.visibleText === undefined ? null : short(incoming.visibleText),
    // Nothing is left of it to see (a style that never ends, an empty page): then its words are shown.
    html: html && isSeen(html) ? html : null,
    remoteImages,
    files,
  }
}

function isSeen(html: string): boolean {
  return /<(?:img|hr)\b/i.test(html) || /\S/.test(html.replace(/<[^<>]*>|&nbsp;|&#(?:160|xa0);/gi, ''))
}

/** Never the id alone: shop forms and scanners use one id for many mails (contracts/channels/07a). */
function fingerprintOf(incoming: Incoming): string {
  const parts =
    incoming.type === 'message'
      ? [incoming.externalId, incoming.from.value.trim().toLowerCase(), incoming.identity ?? incoming.at.toMillis(), Buffer.from(incoming.text || incoming.html || '').subarray(0, 2048).toString('base64')]
      : [incoming.type, incoming.externalId, 'at' in incoming ? incoming.at.toMillis() : '', 'reason' in incoming ? incoming.reason : '']
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}

function short(text: string): string {
  const clean = text.replace(/\0/g, '')
  return clean.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT)}…` : clean
}
