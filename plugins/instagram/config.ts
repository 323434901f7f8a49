import { field, type Inbox } from '#plugin'

/** What one professional account needs (docs/channels/instagram.md says where each value is found). */
export const config = {
  login_kind: field.choice(['page', 'business']),
  ig_account_id: field.text({ required: true }),
  page_id: field.text({ when: { field: 'login_kind', is: 'page' } }),
  access_token: field.secret({ required: true }),
  token_expires_at: field.text({ when: { field: 'login_kind', is: 'business' } }),
  app_secret: field.secret({ required: true }),
  verify_token: field.text({ generated: true }),
  human_agent_enabled: field.toggle(),
  graph_version: field.text({ default: 'v25.0' }),
  marks_seen: field.toggle(),
}

export type InstagramInbox = Inbox<typeof config>

/**
 * Where the API is: Facebook's by a linked page, Instagram's own by its Business Login. META_GRAPH_URL puts another in
 * the place of both, INSTAGRAM_GRAPH_URL of the second alone.
 */
export function baseOf(inbox: InstagramInbox): string {
  if (inbox.config.login_kind === 'page') return inbox.environment('META_GRAPH_URL', 'https://graph.facebook.com').replace(/\/+$/, '')
  return inbox.environment('INSTAGRAM_GRAPH_URL', inbox.environment('META_GRAPH_URL', 'https://graph.instagram.com')).replace(/\/+$/, '')
}

/** An Instagram-scoped id as the desk keeps it; it is never the person's id on Messenger. */
export const handleOf = (igsid: string) => `instagram:${igsid}`
export const igsidOf = (handle: string) => handle.replace(/^instagram:/, '')

/** What messages are sent by: the linked page, or the account itself. */
export function senderOf({ config }: InstagramInbox): string {
  return encodeURIComponent((config.login_kind === 'page' && config.page_id?.trim()) || config.ig_account_id.trim())
}
