import { field, type Inbox, type Values } from '#plugin'

/** The vendor's base addresses; the environment (api.md) or an admin puts others in their place. */
export const GRAPH_URL = 'https://graph.facebook.com'
export const WEB_URL = 'https://web.whatsapp.com'

/** What one number needs, by the way it is reached: Meta's official Cloud API, or a linked device in a browser. */
export const config = {
  'transport': field.choice(['cloud', 'web']),
  'number': field.text({ required: true }),
  'cloud.phoneNumberId': field.text({ required: true, when: { field: 'transport', is: 'cloud' } }),
  'cloud.businessAccountId': field.text({ when: { field: 'transport', is: 'cloud' } }),
  'cloud.accessToken': field.secret({ required: true, when: { field: 'transport', is: 'cloud' } }),
  'cloud.appSecret': field.secret({ required: true, when: { field: 'transport', is: 'cloud' } }),
  'cloud.verifyToken': field.text({ generated: true, when: { field: 'transport', is: 'cloud' } }),
  'cloud.url': field.url({ default: GRAPH_URL, when: { field: 'transport', is: 'cloud' } }),
  'cloud.version': field.text({ default: 'v25.0', when: { field: 'transport', is: 'cloud' } }),
  'web.understood': field.toggle({ when: { field: 'transport', is: 'web' } }),
  'web.url': field.url({ default: WEB_URL, when: { field: 'transport', is: 'web' } }),
  'web.groups': field.toggle({ when: { field: 'transport', is: 'web' } }),
  'web.sendSeen': field.toggle({ when: { field: 'transport', is: 'web' } }),
  'web.perDay': field.number({ default: 200, when: { field: 'transport', is: 'web' } }),
  'web.maxMegabytes': field.number({ default: 1200, when: { field: 'transport', is: 'web' } }),
  'web.restartHour': field.number({ default: 4, when: { field: 'transport', is: 'web' } }),
}

export type WhatsappInbox = Inbox<typeof config>
export type WhatsappConfig = Values<typeof config>

/** Where Meta's Graph API is, without a slash at the end; META_GRAPH_URL puts another in its place. */
export const graphUrl = (inbox: WhatsappInbox) => inbox.environment('META_GRAPH_URL', inbox.config['cloud.url']).replace(/\/+$/, '')

/** Where the page for linked devices is; WHATSAPP_WEB_URL puts another in its place. */
export const webUrl = (inbox: WhatsappInbox) => inbox.environment('WHATSAPP_WEB_URL', inbox.config['web.url'])

/** Whether this number is reached by a linked device instead of Meta's API. */
export const isWeb = (values: WhatsappConfig) => values.transport === 'web'
