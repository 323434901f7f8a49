import type { Template } from '#plugin'
import type { WhatsappInbox } from '../config.js'
import { graph } from './graph.js'

const STATES: Readonly<Record<string, Template['state']>> = { APPROVED: 'approved', PENDING: 'pending', IN_APPEAL: 'pending', REJECTED: 'rejected' }
const PAGES = 20

interface Listed {
  readonly data?: readonly any[]
  readonly paging?: { readonly cursors?: { readonly after?: string }; readonly next?: string }
}

/**
 * The approved (and waiting) texts of the business account. Those that need more than words in their body, such as a
 * picture or a button with a changing address, are left out: nothing here could fill them.
 */
export async function templatesOf(inbox: WhatsappInbox): Promise<readonly Template[]> {
  const account = inbox.config['cloud.businessAccountId']
  if (!account) return []
  const found: Template[] = []
  let after = ''
  for (let page = 0; page < PAGES; page++) {
    // Meta's own link to the next page carries the token; only the cursor is taken from it.
    const query = new URLSearchParams({ fields: 'name,language,status,category,components', limit: '100', ...(after ? { after } : {}) })
    const { data = [], paging } = await graph<Listed>(inbox, `${encodeURIComponent(account)}/message_templates?${query}`)
    for (const one of data) found.push(...(await readTemplate(one, inbox)))
    after = paging?.cursors?.after ?? ''
    if (!paging?.next || !after) break
  }
  return found
}

async function readTemplate(one: any, inbox: WhatsappInbox): Promise<readonly Template[]> {
  const components: any[] = Array.isArray(one?.components) ? one.components : []
  const body = components.find(({ type }) => type === 'BODY')
  if (!one?.name || !one.language || typeof body?.text !== 'string' || needsMore(components)) return []
  const header = components.find(({ type }) => type === 'HEADER')?.text
  const footer = components.find(({ type }) => type === 'FOOTER')?.text
  const { text, names } = numbered(body.text)
  if (names.some((name) => !/^\d+$/.test(name))) await inbox.store.put(keyOf(one.name, one.language), JSON.stringify(names))
  return [
    {
      name: one.name,
      language: one.language,
      body: [header, text, footer].filter(Boolean).join('\n\n'),
      placeholders: names.map((name, at) => exampleOf(body.example, name, at) ?? name),
      state: STATES[one.status] ?? 'paused',
      ...(one.category ? { category: String(one.category).toLowerCase() } : {}),
    },
  ]
}

/** The names of a template's placeholders when they have names instead of numbers. */
export async function namesOfPlaceholders(name: string, language: string, inbox: WhatsappInbox): Promise<readonly string[]> {
  return JSON.parse((await inbox.store.get(keyOf(name, language))) ?? '[]')
}

const keyOf = (name: string, language: string) => `template:${name}:${language}`

function needsMore(components: readonly any[]): boolean {
  const header = components.find(({ type }) => type === 'HEADER')
  const buttons: any[] = components.find(({ type }) => type === 'BUTTONS')?.buttons ?? []
  return (header && (header.format !== 'TEXT' || /\{\{/.test(header.text ?? ''))) || buttons.some(({ type, url }) => type === 'COPY_CODE' || type === 'OTP' || type === 'FLOW' || /\{\{/.test(url ?? ''))
}

/** `{{jmeno}}` becomes `{{1}}`, in the order of first use. */
function numbered(text: string): { text: string; names: string[] } {
  const names: string[] = []
  const counted = text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name)
    return `{{${names.indexOf(name) + 1}}}`
  })
  return { text: counted, names }
}

function exampleOf(example: any, name: string, at: number): string | undefined {
  const named = example?.body_text_named_params?.find((one: any) => one?.param_name === name)?.example
  return named ?? example?.body_text?.[0]?.[at]
}
