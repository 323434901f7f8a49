import { Headers, type HeaderLine } from './headers.js'
import { parseHeaders } from './header_block.js'

/*
 * The mail that came back: attached, or in the text below a line that says so.
 */

/** What is looked at of a report in words. */
export const MAX_REPORT = 60_000

/** From here on it is the mail that came back. */
const RETURNED: readonly RegExp[] = [
  /^[ \t>|]*-{2,}[^\n]{0,40}(?:copy of (?:the|your) (?:message|mail|original)|original (?:message|mail|e-?mail)|(?:returned|unsent|undelivered|your|failed|bounced) (?:message|mail)|message (?:header|text|follows)|headers? of|the header|forwarded message|start of|text of|část|původní)[^\n]*$/imu,
  /^[ \t>]*(?:below (?:this line )?is (?:a copy|the)|the following (?:e-?)?(?:message|mail) (?:follows|was|is)|the (?:original|first part of the|first \d+ lines of|header)[^\n]{0,60}(?:message|mail|header)s?[^\n]{0,40}(?:follow|was|:)|original message (?:follows|headers)|included is a copy|a copy of (?:the|your)|message headers? (?:follow|:)|your message (?:reads|began)|(?:here|this) is (?:a copy of )?your message|original message|your original message|unsent message|původní (?:zpráva|hlavičky)|oryginalna wiadomość)[^\n]*$/imu,
  /^[ \t>]*(?:return-path|received|delivered-to|dkim-signature|x-[a-z-]{3,40}|message-id|mime-version):[ \t]?\S[^\n]*\n(?:[ \t][^\n]*\n){0,20}>{0,9}[ \t]{0,9}[a-z][\w-]{1,39}:/im,
]
const GOES_ON = /^[ \t]*(?:[\w-]{2,30}: [^\n]*\n[ \t]*){2,8}\n[ \t]*your message (?:can ?not|could not|has (?:not )?been|was)[^\n]{0,80}recipients?:[ \t]*$/im
const HEADER_LINE = /^[ \t>]*(?:return-path|received|from|to|date|subject|message-id|mime-version):[ \t]?\S/im
const RETURNED_TYPES = /^(?:message\/(?:rfc822|global|rfc822-headers|global-headers|partial|news)|text\/rfc822(?:-headers?)?)$/i
const RETURNED_NAMES = /\.(?:eml|msg|hdr)$|^(?:original|undelivered|returned|message)\b|^(?:mail|message)?[-_ ]?headers?(?![a-z])/i

/** A report in two: what it says, and the mail below it. */
export function cutReturned(whole: string): { report: string; returned: Headers | null; marked: boolean } {
  const text = whole.slice(0, MAX_REPORT).replace(/\r\n?/g, '\n')
  let at = -1
  for (const pattern of RETURNED) {
    const found = pattern.exec(text)
    // A report that begins with the mail itself, or with a summary of its head (PMDF), has its words below it.
    if (found && found.index > 0 && !GOES_ON.test(text.slice(found.index, found.index + 1500)) && (at === -1 || found.index < at)) at = found.index
  }
  if (at === -1) return { report: text, returned: headersIn(text), marked: false }
  return { report: text.slice(0, at), returned: headersIn(text.slice(at)), marked: true }
}

/** What came back as parts of its own; a filter may have packed a report into its own. */
export function returnedParts(pieces: readonly { type: string; name?: string; content?: Buffer }[]): Buffer[] {
  return pieces.flatMap(({ type, name, content }) => {
    if (!content || content.length === 0) return []
    if (RETURNED_TYPES.test(type)) return [content]
    return /^(?:text\/plain|application\/octet-stream)$/i.test(type) && RETURNED_NAMES.test(name ?? '') && /^\s*(?:[\w-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2}/.test(content.subarray(0, 2000).toString('latin1')) ? [content] : []
  })
}

function headersIn(text: string): Headers | null {
  const found = HEADER_LINE.exec(text)
  if (!found) return null
  const block = text
    .slice(found.index, found.index + 16_384)
    .split('\n')
    .map((line) => line.replace(/^[ \t]*>+ ?/, ''))
  const indent = /^[ \t]*/.exec(block[0])![0].length
  const headers = parseHeaders(Buffer.from(block.map((line) => line.slice(Math.min(indent, /^[ \t]*/.exec(line)![0].length))).join('\n'), 'utf8'))
  return headers.has('message-id') || headers.has('subject') || headers.has('from') ? headers : null
}

interface Node {
  readonly lines: readonly HeaderLine[]
  readonly children: readonly Node[]
}

/** A part whose own headers are those of a mail: some gateways forget to say that a mail follows. */
export function misplacedIn(root: Node | null): Headers | null {
  for (const child of root?.children ?? []) {
    const keys = new Set(child.lines.map(({ key }) => key))
    if (keys.has('message-id') && keys.has('from') && (keys.has('received') || keys.has('subject'))) return new Headers(child.lines)
    const deeper = misplacedIn(child)
    if (deeper) return deeper
  }
  return null
}
