import type { I18n } from '@adonisjs/i18n'
import type { Field, Fields, Plugin } from '#plugin'
import { fieldName, readInboxForm, sharedCondition, withoutSecrets, type FormField, type FormGroup } from '#channels/inbox_form'
import type { Nested } from '#channels/inbox_config'
import { connectionsOf, SettingsInvalid } from '#plugins/connections'
import type { FieldFault, Flat } from '#plugins/settings_values'
import type { HttpContext } from '@adonisjs/core/http'

/*
 * The form of a declaration, for a plugin's settings and an action's fields, so that no plugin ever writes one.
 * Labels and hints stand in the plugin's `lang/`. (An inbox's config: channels/inbox_form.ts.)
 */

/**
 * The form of a declaration, in the reader's words: grouped by the part before the dot, as it was declared.
 *
 * @param words - where its texts stand: `shop.settings`, `shop.actions.refund`; below it `<name>.label`, `.hint`, `.options.<value>`
 * @param values - flat, as they were saved; of a secret the form learns only whether it is set
 */
export function formFor(i18n: I18n, words: string, fields: Fields, values: Flat): readonly FormGroup[] {
  const groups = new Map<string, FormField[]>()
  for (const [name, field] of Object.entries(fields)) {
    const group = name.includes('.') ? name.slice(0, name.indexOf('.')) : ''
    groups.set(group, [...(groups.get(group) ?? []), formField(i18n, `${words}.${name}`, name, field, values[name])])
  }
  return [...groups].map(([group, list]) => ({
    title: group ? i18n.t(`${words}.${group}.title`, {}, group) : null,
    about: (group && i18n.t(`${words}.${group}.about`, {}, '')) || null,
    when: sharedCondition(list),
    fields: list,
  }))
}

/** What a form sent, flat: an unticked switch says false, an emptied field null, an empty secret nothing. */
export function parseFields(fields: Fields, sent: Nested): Flat {
  return readInboxForm(fields, sent)
}

/** What is wrong, in words, by the name of each field in the form. */
export function sayFaults(i18n: I18n, faults: readonly FieldFault[]): Record<string, string[]> {
  return Object.fromEntries(faults.map(({ field, rule }) => [fieldName(field), [i18n.t(`plugins.rule.${rule}`)]]))
}

/** Back to the form: what is wrong stands at its field, what was typed is still there, but for secrets. */
export function sayInvalid(ctx: HttpContext, fields: Fields, error: unknown, path: string) {
  if (!(error instanceof SettingsInvalid)) throw error
  const { session, request, response, i18n } = ctx
  const sent = request.all()
  session.flash('input', { ...sent, config: withoutSecrets(fields, (sent.config ?? {}) as Nested) })
  session.flash('inputErrorsBag', sayFaults(i18n, error.faults))
  session.flash('alert', i18n.t('plugins.errors.invalid'))
  return response.redirect().status(303).toPath(path)
}

/** How a plugin calls itself, and what it says it is for. */
export function introduce(i18n: I18n, id: string) {
  return { id, name: i18n.t(`${id}.name`, {}, id), about: i18n.t(`${id}.about`, {}, '') }
}

/** What a plugin makes use of, as keys of `plugins.uses.*`: an admin sees it before switching it on. */
export function usesOf(plugin: Plugin<any>): readonly string[] {
  const { channel, shop, crm, accounting, shipments, telephony, panels, facts, actions, on, jobs, daemons, routes } = plugin
  const risky = Object.values(actions ?? {}).some(({ risk }) => risk !== 'none')
  const uses = {
    messages: channel,
    orders: shop,
    crm,
    invoices: accounting,
    shipments,
    calls: telephony,
    panels,
    facts,
    actions,
    risky: risky || undefined,
    events: on,
    background: jobs ?? daemons,
    hooks: routes?.hooks ?? channel?.webhook,
    public: routes?.public,
    pages: routes?.agents,
  }
  return Object.entries(uses).flatMap(([name, used]) => (used ? [name] : []))
}

/** The connections for the page, without their secrets. */
export async function connectionNames(plugin: Plugin<any>) {
  return (await connectionsOf(plugin)).map(({ id, key, name }) => ({ id, key, name }))
}

function formField(i18n: I18n, key: string, name: string, field: Field<unknown>, value: unknown): FormField {
  const secret = field.kind === 'secret'
  return {
    name: fieldName(name),
    kind: field.kind,
    label: i18n.t(`${key}.label`, {}, name),
    hint: i18n.t(`${key}.hint`, {}, '') || null,
    value: secret ? '' : String(value ?? field.default ?? ''),
    set: secret && Boolean(value),
    required: field.required,
    lines: field.lines ?? false,
    when: field.when ? { name: fieldName(field.when.field), is: String(field.when.is) } : null,
    options: (field.options ?? []).map((option) => ({ value: option, text: i18n.t(`${key}.options.${option}`, {}, option) })),
  }
}
