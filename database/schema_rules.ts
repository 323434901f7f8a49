import type { SchemaRules } from '@adonisjs/lucid/types/schema_generator'

/** Every big integer of ours is a moment in milliseconds, but for sizes and the events' own ids. */
const instant = {
  tsType: 'DateTime',
  imports: [
    { source: 'luxon', namedImports: ['DateTime'] },
    { source: '#support/instant', namedImports: ['instant'] },
  ],
  decorators: [{ name: '@instant' }],
}
const number = { tsType: 'number', imports: [], decorators: [{ name: '@column' }] }
const text = { tsType: 'string', imports: [] }

/** The model would look for `sha_256`. */
const digest = (columnName: string) => ({ ...text, decorators: [{ name: '@column', args: { columnName } }] })

function json(tsType: string, ...types: string[]) {
  return {
    tsType,
    imports: [
      { source: '#support/json', namedImports: ['json'] },
      ...(types.length > 0 ? [{ source: '#tickets/message_parts', typeImports: types }] : []),
    ],
    decorators: [{ name: '@json' }],
  }
}

const mailboxes = json('readonly Mailbox[]', 'Mailbox')

export default {
  types: { bigint: instant },
  columns: { bytes: number, sha256: digest('sha256'), picture_sha256: digest('picture_sha256'), created_at: instant, updated_at: instant },
  tables: {
    events: { types: { bigint: number } },
    jobs: { columns: { due_at: number, lease_until: number } },
    tickets: { columns: { custom: json('Record<string, string | number | boolean | null>') } },
    messages: {
      columns: {
        to: mailboxes,
        cc: mailboxes,
        bcc: mailboxes,
        reply_to: mailboxes,
        references: json('readonly string[]'),
        forwarded_from: json('ForwardedFrom', 'ForwardedFrom'),
        bounce: json('Bounce', 'Bounce'),
        spam: json('SpamVerdict', 'SpamVerdict'),
        authentication: json('Authentication', 'Authentication'),
      },
    },
    teams: { columns: { hours: { ...json('WeekHours'), imports: [{ source: '#support/json', namedImports: ['json'] }, { source: '#people/hours', typeImports: ['WeekHours'] }] } } },
    agents: { columns: { hours: { ...json('WeekHours'), imports: [{ source: '#support/json', namedImports: ['json'] }, { source: '#people/hours', typeImports: ['WeekHours'] }] } } },
    drafts: { columns: { envelope: json('Envelope', 'Envelope') } },
    absence_rules: { columns: { scope: json('Readonly<Record<string, readonly (string | number)[]>>') } },
    default_plans: { columns: { rules: json('readonly unknown[]') } },
    coverages: { columns: { path: json('readonly number[]') } },
  },
} satisfies SchemaRules
