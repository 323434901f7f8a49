/** The first words of a message on one line, at most 160 characters: what a list row shows. */
export function previewOf(text: string): string {
  const line = text.slice(0, 600).replace(/\s+/g, ' ').trim()
  return line.length <= 160 ? line : `${line.slice(0, 159)}…`
}
