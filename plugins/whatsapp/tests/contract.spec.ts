import { pluginContract } from '#tests/contract/plugin_contract'
import whatsapp from '../plugin.js'

const event = (kind: string, event: object, contacts: object[] = []) => JSON.stringify({ kind, field: 'messages', phoneNumberId: 'PN1', contacts, event })
const json = (name: string, body: string) => ({ name, type: 'application/json', body })

pluginContract(whatsapp, {
  inbox: { 'number': '+420555000111', 'cloud.phoneNumberId': 'PN1', 'cloud.accessToken': 'token', 'cloud.appSecret': 'secret', 'cloud.url': 'http://127.0.0.1:1' },
  samples: [
    json('a text', event('message', { from: '420777000111', id: 'wamid.A1', timestamp: '1795340000', type: 'text', text: { body: 'Dobrý den' } }, [{ profile: { name: 'Jana' }, wa_id: '420777000111' }])),
    json('a text of somebody without a number', event('message', { id: 'wamid.A2', timestamp: '1795340001', type: 'text', text: { body: 'Dobrý den' } }, [{ profile: { name: 'Jana', username: 'jana.k' }, user_id: 'CZ.9988776655' }])),
    json('a reaction', event('message', { from: '420777000111', id: 'wamid.A3', timestamp: '1795340002', type: 'reaction', reaction: { message_id: 'wamid.B1', emoji: '👍' } })),
    json('a delivered status', event('status', { id: 'wamid.B1', status: 'delivered', timestamp: '1795340100', recipient_id: '420777000111' })),
    json('a failed status', event('status', { id: 'wamid.B1', status: 'failed', timestamp: '1795340100', biz_opaque_callback_data: 'ob_77', errors: [{ code: 131047, title: 'Re-engagement message', error_data: { details: 'More than 24 hours' } }] })),
    json('an event nobody knows', event('other', { something: 'new' })),
  ],
})
