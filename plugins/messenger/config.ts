import { field, type Inbox } from '#plugin'

/** What one Facebook page needs (docs/channels/messenger.md says where each value is found). */
export const config = {
  page_id: field.text({ required: true }),
  page_access_token: field.secret({ required: true }),
  app_id: field.text(),
  app_secret: field.secret({ required: true }),
  verify_token: field.text({ generated: true }),
  human_agent_enabled: field.toggle(),
  graph_version: field.text({ default: 'v25.0' }),
  marks_seen: field.toggle(),
}

export type MessengerInbox = Inbox<typeof config>

/** Where Facebook's Graph API is; META_GRAPH_URL puts another in its place. */
export const GRAPH = 'https://graph.facebook.com'

/** A page-scoped id as the desk keeps it: the same number may be somebody else on another channel. */
export const handleOf = (psid: string) => `messenger:${psid}`
export const psidOf = (handle: string) => handle.replace(/^messenger:/, '')
