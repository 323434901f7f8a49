/** At most so many lines; a hostile mail may have thousands. */
const MOST = 200

/** The header lines of a mail, unfolded, in their order, as they stand there. Empty for what is no mail. */
export function headersOf(raw: string): [name: string, value: string][] {
  const end = raw.search(/\r?\n\r?\n/)
  const block = (end === -1 ? raw : raw.slice(0, end)).replace(/\r?\n[ \t]+/g, ' ')
  const lines = block.split(/\r?\n/).map((line) => /^([!-9;-~]{1,76}):[ \t]*(.*)$/.exec(line))
  if (lines[0] === null) return []
  return lines
    .filter((match) => match !== null)
    .slice(0, MOST)
    .map(([, name, value]) => [name, value])
}
