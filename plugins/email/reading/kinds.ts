import type { Entity } from './mime.js'

/* What a part of a mail is for: words to read, parts in parts, a packet to open, or a file. */

/** Outlook's winmail.dat. */
export const isTnef = ({ type, name }: Entity) => /^application\/(?:vnd\.)?ms-tnef$/.test(type) || /^winmail\.dat$/i.test(name ?? '')

/** Outlook and others name it so when they do not say its type. */
export const isSealed = ({ type, name }: Pick<Entity, 'type' | 'name'>) => /^application\/(?:x-)?pkcs7-mime$/.test(type) || (/^application\/octet-stream$/.test(type) && /^smime\.p7m$/i.test(name ?? ''))

/** Files that have to be unpacked, and so are kept whole while the mail is read. */
export const isPacked = (entity: Entity) => isTnef(entity) || isSealed(entity)

export const isMultipart = ({ type }: Entity) => type.startsWith('multipart/')

/** Words in forms that few can read; the last two stand only beside others that say the same. */
const OTHER_WORDS = /^text\/(?:enriched|richtext|rtf|x-rtf|markdown|x-markdown|x-amp-html|watch-html)$/

/** Whether a part is words to read, rather than a file. A text with a name that is not the first of its mail is a file. */
export function isText(entity: Entity): boolean {
  if (OTHER_WORDS.test(entity.type)) return entity.name === null && entity.disposition !== 'attachment' && (!entity.parent || entity.parent.type === 'multipart/alternative' || isFirstLeaf(entity))
  if (!/^text\/(?:plain|html)$/.test(entity.type)) return false
  if (!entity.parent) return !(entity.disposition === 'attachment' && entity.name)
  if (entity.disposition === 'attachment') return false
  return entity.name === null || entity.parent.type === 'multipart/alternative' || isFirstLeaf(entity)
}

function isFirstLeaf(entity: Entity): boolean {
  for (let at: Entity | null = entity; at?.parent; at = at.parent) if (at.parent.children[0] !== at && at.parent.children.length > 0) return false
  return true
}
