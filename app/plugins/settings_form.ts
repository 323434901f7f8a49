import type { I18n } from '@adonisjs/i18n'
import type { Fields, Plugin } from '#plugin'
import { fieldName, inboxForm, readInboxForm, withoutSecrets, type FormGroup } from '#channels/inbox_form'
import type { Nested } from '#channels/inbox_config'
import { connectionsOf, SettingsInvalid } from '#plugins/connections'
import type { FieldFault, Flat } from '#plugins/settings_values'
import type { HttpContext } from '@adonisjs/core/http'

/*
 * The form of a declaration: the same for a plugin's settings, an inbox's config and an action's fields, so that no
 * plugin ever writes one. Labels and hints stand in the plugin's `lang/`.
 */

/**
 * The form of a plugin's settings, in the reader's words.
 *
 * @param values - flat, as they were saved; of a secret the form learns only whether it is set
 */
export function formFor(i18n: I18n, plugin: string, fields: Fields, values: Flat): readonly FormGroup[] {
  return inboxForm(i18n, plugin, fields, values)
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
  session.flash({ ...sent, config: withoutSecrets(fields, (sent.config ?? {}) as Nested) })
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
