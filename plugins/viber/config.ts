import { field, type Inbox, type Values } from '#plugin'

/** What one bot needs. The token signs Viber's calls too, so whoever has it can do everything in the bot's name. */
export const config = {
  'botName': field.text({ required: true }),
  'authToken': field.secret({ required: true }),
  'avatarUrl': field.url(),
  'webhookUrl': field.url(),
  'paid': field.toggle(),
  'buttons': field.text({ lines: true }),
  'api.url': field.url({ default: 'https://chatapi.viber.com/pa' }),
}

export type ViberInbox = Inbox<typeof config>
export type ViberConfig = Values<typeof config>

/** Where Viber's API is, without a slash at the end; VIBER_URL puts another in its place. */
export const apiUrl = (inbox: ViberInbox) => inbox.environment('VIBER_URL', inbox.config['api.url']).replace(/\/+$/, '')
