/** The first words of a message on one line, at most 160 characters: what a list row shows. */
export function previewOf(text: string): string {
  const line = text.slice(0, 600).replace(/\s+/g, ' ').trim()
  return line.length <= 160 ? line : `${line.slice(0, 159)}…`
}

/** What a matter without a subject is called: its first words, at most 80 characters, whole ones. */
export function titleOf(text: string): string {
  const line = previewOf(text)
  if (line.length <= 80) return line
  const cut = line.slice(0, 80)
  const end = cut.lastIndexOf(' ')
  return `${(end > 50 ? cut.slice(0, end) : cut.slice(0, 79)).replace(/[\s,;:–-]+$/, '')}…`
}
