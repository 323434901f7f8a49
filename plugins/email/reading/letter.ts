import { decodeText } from './charset.js'
import { unflow } from './flowed.js'
import { htmlToText, textToHtml } from './html_text.js'
import { takePictures, type Taken } from './data_pictures.js'
import { isMultipart, isText } from './kinds.js'
import type { Entity } from './mime.js'
import { parameter } from './parameters.js'
import { readRtf } from './rtf.js'
import { decodeTransfer, isQuotedUnsaid, uuLine } from './transfer.js'

/** The readable words of a mail. */
export interface Letter {
  readonly text: string
  /** HTML parts, with plain parts that stand beside them (Apple Mail) in their places. */
  readonly html: string | null
  /** What stood in the middle of a text: as before MIME, or as a picture in its address. */
  readonly taken: readonly Taken[]
}

const MAX_DECODED = 2 * 1024 * 1024
/** A plain part this short that speaks of HTML only sends the reader there. */
const SIGNPOST = /html|browser|prohlížeč|prehliadač|przeglądar|πρόγραμμα περιήγησης|navigat|e-?mail[- ]?client|zobraz/i

/** What of the parts is to be read, in their order; of alternatives the words of one and the look of the other. */
export function letterOf(root: Entity | null, charset?: string): Letter {
  const taken: Taken[] = []
  const { text, html } = root ? read(root, taken, charset) : { text: '', html: [] }
  const rich = html.some((part) => part.html)
  return {
    text: text.trim(),
    html: rich ? html.map((part) => part.html ?? textToHtml(part.text ?? '')).join('<br>\n') : null,
    taken,
  }
}

interface Read {
  readonly text: string
  readonly html: readonly { readonly html?: string; readonly text?: string }[]
}

const NOTHING: Read = { text: '', html: [] }
/** Beside these nobody reads a rarer form. */
const ORDINARY = /^text\/(?:plain|html)$|^multipart\//
const isAlternative = ({ type }: Entity) => type === 'multipart/alternative'

function read(entity: Entity, taken: Taken[], charset?: string): Read {
  if (isMultipart(entity)) {
    if (entity.children.length === 0) return leaf(entity, taken, charset)
    const children = isAlternative(entity) && entity.children.some(({ type }) => ORDINARY.test(type)) ? entity.children.filter(({ type }) => !type.startsWith('text/') || ORDINARY.test(type)) : entity.children
    const parts = children.map((child) => read(child, taken, charset)).filter(({ text, html }) => text !== '' || html.length > 0)
    return isAlternative(entity) ? chosen(parts) : joined(parts)
  }
  return isText(entity) ? leaf(entity, taken, charset) : NOTHING
}

function joined(parts: readonly Read[]): Read {
  return { text: parts.map(({ text }) => text).filter(Boolean).join('\n'), html: parts.flatMap(({ html }) => html) }
}

/** The last is the richest (RFC 2046 §5.1.4); the words are the plain one's, unless those say nothing. */
function chosen(parts: readonly Read[]): Read {
  const rich = parts.findLast(({ html }) => html.some((part) => part.html))
  const plain = parts.filter((part) => !part.html.some(({ html }) => html))
  if (!rich) return plain.length > 1 && new Set(plain.map(({ text }) => text.trim())).size > 1 ? joined(plain) : (plain.at(-1) ?? NOTHING)
  const words = plain.map(({ text }) => text.trim()).filter(Boolean).join('\n')
  return { text: saysSomething(words) ? words : rich.text || words, html: rich.html }
}

function saysSomething(text: string): boolean {
  return text.length >= 2 && !(text.length < 200 && SIGNPOST.test(text))
}

/** One text; a multipart in which no boundary ever came is one too. */
function leaf(entity: Entity, taken: Taken[], charset?: string): Read {
  // In a thread of its own they arrive as plain arrays of bytes.
  const kind = /html$/.test(entity.type) ? 'html' : 'text'
  const raw = Buffer.concat(entity.raw)
  const encoding = isMultipart(entity) ? 'binary' : entity.encoding === 'binary' && isQuotedUnsaid(raw) ? 'quoted-printable' : entity.encoding
  const bytes = decodeTransfer(raw, encoding).subarray(0, kind === 'html' ? undefined : MAX_DECODED)
  if (/rtf$/.test(entity.type)) return ofRtf(bytes)
  const decoded = decodeText(bytes, charset ?? parameter(entity.parameters, 'charset'), kind, charset !== undefined)
    .replaceAll('\0', '')
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
  if (kind === 'html' || looksLikeHtml(decoded) || (isMultipart(entity) && /^\s*<(?:p|div|table|span|body|html)[\s>]/i.test(decoded))) {
    const html = takePictures(decoded, taken).slice(0, MAX_DECODED)
    return /\S/.test(html) ? { text: htmlToText(html), html: [{ html }] } : NOTHING
  }
  if (/\/(?:enriched|richtext)$/.test(entity.type)) return ofText(unenriched(decoded))
  const flowed = parameter(entity.parameters, 'format')?.toLowerCase() === 'flowed'
  const text = withoutUuFiles(flowed ? unflow(decoded, parameter(entity.parameters, 'delsp')?.toLowerCase() === 'yes') : decoded, taken)
  return ofText(text)
}

const ofText = (text: string): Read => (/\S/.test(text) ? { text, html: [{ text }] } : NOTHING)

function ofRtf(bytes: Buffer): Read {
  const { text, html } = readRtf(bytes)
  return html ? { text: text ?? htmlToText(html), html: [{ html }] } : ofText(text ?? '')
}

/** The words of RFC 1896 and of the richtext before it: one line end is a space, two are one. */
function unenriched(text: string): string {
  return text
    .replace(/<param>[^<>]{0,200}<\/param>/gi, '')
    .replace(/<<|<(?:\/?[a-z-]{1,40})>/gi, (tag) => (tag === '<<' ? '\u0001' : /^<(?:nl|np|\/?paragraph)>$/i.test(tag) ? '\n\n' : ''))
    .replaceAll('\u0001', '<')
    .replace(/\n+/g, (ends) => (ends.length === 1 ? ' ' : ends.slice(1)))
}

/** A few shops' scripts send a page and call it plain. */
function looksLikeHtml(text: string): boolean {
  return /^\s*(?:<!doctype html|<html[\s>])/i.test(text.slice(0, 300)) && /<\/(?:body|html)>/i.test(text.slice(-2000))
}

function withoutUuFiles(text: string, taken: Taken[]): string {
  if (!/^begin [0-7]{3,4} \S/m.test(text)) return text
  const kept: string[] = []
  const lines = text.split('\n')
  let end = lines.indexOf('end')
  for (let at = 0; at < lines.length; at++) {
    if (end !== -1 && end < at) end = lines.indexOf('end', at)
    const name = end === -1 || taken.length >= 50 ? undefined : /^begin [0-7]{3,4} (\S.{0,200})$/.exec(lines[at])?.[1]
    const next = name ? lines[at + 1] : ''
    if (!name || /^begin /.test(next) || !lines.slice(at + 1, end).every((line) => /^[ -`]{0,90}$/.test(line))) {
      kept.push(lines[at])
      continue
    }
    taken.push({ name, content: Buffer.concat(lines.slice(at + 1, end).map(uuLine)) })
    at = end
  }
  return kept.join('\n')
}
