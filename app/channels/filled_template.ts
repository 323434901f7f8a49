import { DomainError } from '#support/domain_error'
import { reading } from '#support/transaction'

interface Chosen {
  readonly name: string
  readonly language: string
  readonly parameters?: readonly (string | null)[]
}

/**
 * An approved template of an inbox with its placeholders filled: what the channel is told, and what the customer reads.
 *
 * @throws DomainError when the provider has approved no such template, or a word is missing
 */
export async function filledTemplate(inboxId: number, { name, language, parameters = [] }: Chosen) {
  const row = await reading().from('channel_templates').where({ inbox_id: inboxId, name, language, state: 'approved' }).select('body', 'placeholders').first()
  if (!row) throw new DomainError('chat.errors.template_unknown', 422, { name })
  const wanted: string[] = JSON.parse(row.placeholders)
  const words = wanted.map((_, at) => parameters[at]?.trim() ?? '')
  if (words.some((word) => word === '') || parameters.length > wanted.length) throw new DomainError('chat.errors.template_words', 422, { name, count: wanted.length })
  const text = String(row.body).replace(/\{\{(\d+)\}\}/g, (whole, number) => words[Number(number) - 1] ?? whole)
  return { text, template: { name, language, parameters: words } }
}
