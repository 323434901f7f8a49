/**
 * Puts the lines of format=flowed together again (RFC 3676): a line that ends with a space goes on in the next one
 * of the same depth of quotation. `delSp`: that space was added for the journey only.
 */
export function unflow(text: string, delSp: boolean): string {
  const out: string[] = []
  let open: number | null = null
  for (const line of text.split('\n')) {
    const depth = /^>*/.exec(line)![0].length
    const content = line.slice(depth).replace(/^ /, '')
    const signature = content === '-- '
    if (open === depth && !signature) out[out.length - 1] += content
    else out.push((depth > 0 ? `${'>'.repeat(depth)} ` : '') + content)
    const flows = content.endsWith(' ') && !signature
    if (flows && delSp) out[out.length - 1] = out[out.length - 1].slice(0, -1)
    open = flows ? depth : null
  }
  return out.map((line) => (line === '-- ' || line.endsWith('> -- ') ? line : line.trimEnd())).join('\n')
}
