import type { I18n } from '@adonisjs/i18n'
import type { Field, Fields } from '#plugin'
import { pluginRegistry } from '#plugins/registry'
import type { Nested } from '#channels/inbox_config'

/** One field of the form, in the reader's words. */
export interface FormField {
  readonly name: string
  readonly kind: Field<unknown>['kind']
  readonly label: string
  readonly hint: string | null
  readonly value: string
  /** A secret that is stored; it is never sent to the page. */
  readonly set: boolean
  readonly required: boolean
  readonly lines: boolean
  readonly options: readonly { readonly value: string; readonly text: string }[]
  /** Of use only while the field of that name has that value; hidden otherwise. */
  readonly when: { readonly name: string; readonly is: string } | null
}

export interface FormGroup {
  readonly title: string | null
  /** What to know before filling it in: `config.<group>.about`. */
  readonly about: string | null
  /** When the whole group is of use, if all its fields say the same. */
  readonly when: FormField['when']
  readonly fields: readonly FormField[]
}

/**
 * The form of a channel's settings from its one declaration: grouped by the part before the dot, in the
 * order they were declared. Words come from the plugin's `lang/`: `config.imap.host.label`, `.hint`,
 * `.options.<value>`; a group's title is `config.imap.title`, else the part itself.
 *
 * @param values - flat, as `readConfig` gives them; secrets only decide whether they are set.
 */
export function inboxForm(i18n: I18n, channel: string, fields: Fields, values: Record<string, unknown>): FormGroup[] {
  const groups = new Map<string, FormField[]>()
  for (const [name, field] of Object.entries(fields)) {
    const group = name.includes('.') ? name.slice(0, name.indexOf('.')) : ''
    groups.set(group, [...(groups.get(group) ?? []), formField(i18n, channel, name, field, values[name])])
  }
  return [...groups].map(([group, list]) => ({
    title: group ? i18n.t(`${channel}.config.${group}.title`, {}, group.toUpperCase()) : null,
    about: (group && i18n.t(`${channel}.config.${group}.about`, {}, '')) || null,
    when: sharedCondition(list),
    fields: list,
  }))
}

/** The condition that all fields of a group have in common; null when they differ. */
export function sharedCondition(list: readonly FormField[]): FormField['when'] {
  const [first] = list
  const shared = first?.when && list.every(({ when }) => when?.name === first.when!.name && when.is === first.when!.is)
  return shared ? first.when : null
}

/** What the form sent, ready for `Inbox.connect` and `change`: an unticked switch says false. */
export function readInboxForm(fields: Fields, sent: Nested): Nested {
  const values: Nested = {}
  for (const [name, field] of Object.entries(fields)) {
    const value = at(sent, name)
    if (field.kind === 'toggle') values[name] = value !== undefined && value !== null && value !== ''
    // An empty secret stays as it is; its field is always empty.
    else if (field.kind === 'secret' && !value) continue
    else if (value !== undefined) values[name] = value
  }
  return values
}

/** What was sent, to fill the form again after an error; but for secrets: they are typed again, or stay as they were. */
export function withoutSecrets(fields: Fields, sent: Nested, prefix = ''): Nested {
  const kept = Object.entries(sent).filter(([key]) => fields[prefix + key]?.kind !== 'secret')
  return Object.fromEntries(kept.map(([key, value]) => [key, isGroup(value) ? withoutSecrets(fields, value, `${prefix}${key}.`) : value]))
}

/** `imap.host` as the form names it: `config[imap][host]`, which the body parser nests. */
export function fieldName(name: string) {
  return `config${name
    .split('.')
    .map((part) => `[${part}]`)
    .join('')}`
}

function isGroup(value: unknown): value is Nested {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The channels that a new inbox may have, by the names their plugins give themselves. */
export function channelsOffered(i18n: I18n) {
  return pluginRegistry
    .all()
    .filter((plugin) => plugin.channel && pluginRegistry.channel(plugin.id))
    .map(({ id }) => ({ id, name: i18n.t(`${id}.name`, {}, id) }))
}

/** Why a field was not accepted. */
export function sayRule(i18n: I18n, rule: string) {
  return i18n.t(`channels.rule.${rule}`, {}, i18n.t('channels.rule.text'))
}

function formField(i18n: I18n, channel: string, name: string, field: Field<unknown>, value: unknown): FormField {
  const key = `${channel}.config.${name}`
  const hint = i18n.t(`${key}.hint`, {}, '')
  return {
    name: fieldName(name),
    kind: field.kind,
    label: i18n.t(`${key}.label`, {}, name),
    hint: hint || null,
    value: field.kind === 'secret' ? '' : String(value ?? field.default ?? ''),
    set: field.kind === 'secret' && Boolean(value),
    required: field.required,
    lines: field.lines ?? false,
    when: field.when ? { name: fieldName(field.when.field), is: String(field.when.is) } : null,
    options: (field.options ?? []).map((option) => ({ value: option, text: i18n.t(`${key}.options.${option}`, {}, option) })),
  }
}

function at(sent: Nested, name: string): unknown {
  return name.split('.').reduce<unknown>((part, key) => (part as Nested | undefined)?.[key], sent)
}
