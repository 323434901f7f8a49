import type { Mailbox } from '#tickets/message_parts'

/** `Anna <anna@posta.cz>, jan@posta.cz` as people write it; what is no address is left out. */
export function peopleIn(line: string | null | undefined): Mailbox[] {
  return (line ?? '')
    .split(/[,;\n]/)
    .map((part) => /^\s*(?:"?([^"<]*?)"?\s*<)?\s*([^<>\s]+@[^<>\s]+)\s*>?\s*$/.exec(part))
    .filter((match) => match !== null)
    .map(([, name, address]) => ({ address, ...(name ? { name } : {}) }))
}
