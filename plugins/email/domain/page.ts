import type { EmailInbox } from '../config.js'
import { domainOf } from '../config.js'
import { adminOnly } from '../oauth/consent.js'
import { checkDomain } from './check_domain.js'
import { dns, type Resolve } from './resolve.js'

let resolve: Resolve = dns

/** Puts other answers in the place of the DNS, for tests; gives back what undoes it. */
export function useResolve(other: Resolve): () => void {
  resolve = other
  return () => {
    resolve = dns
  }
}

/** What an admin has to put into the DNS so that the mailbox's mail is believed. */
export const showDomain = adminOnly(async (ctx, desk) => {
  const inbox = (await desk.inbox(String(ctx.params.inbox))) as unknown as EmailInbox | null
  if (!inbox) return ctx.response.redirect().status(303).toPath('/admin/inboxes')
  const say = ({ key, values, detail }: { key: string; values?: object; detail?: string }) => [ctx.i18n.t(`email.${key}`, values as Record<string, string | number>), detail].filter(Boolean).join(' ')
  const findings = await checkDomain(inbox, resolve)
  return ctx.view.render('email::domain', {
    inbox,
    domain: domainOf(inbox),
    findings: findings.map((finding) => ({ ...finding, text: say(finding.words) })),
  })
})
