import { pluginContract } from '#tests/contract/plugin_contract'
import messenger from '../plugin.js'

const kept = (event: object, more: object = {}) => JSON.stringify({ page: '910001', standby: false, field: null, event: { sender: { id: '55501' }, recipient: { id: '910001' }, timestamp: 1795340000001, ...event }, ...more })
const sample = (name: string, event: object, more?: object) => ({ name, type: 'application/json', body: kept(event, more) })

pluginContract(messenger, {
  inbox: { page_id: '910001', page_access_token: 'nowhere', app_secret: 'secret', graph_version: 'v25.0' },
  samples: [
    sample('a text', { message: { mid: 'm_A1', text: 'Kde je moje objednávka?' } }),
    sample('an echo', { sender: { id: '910001' }, recipient: { id: '55501' }, message: { mid: 'm_A2', is_echo: true, app_id: 777, metadata: 'x', text: 'Hned to zjistím.' } }),
    sample('a postback', { postback: { mid: 'm_A3', title: 'Začít', payload: 'GET_STARTED' } }),
    sample('a quick reply', { message: { mid: 'm_A4', text: 'Ano', quick_reply: { payload: 'YES' } } }),
    sample('a read', { read: { watermark: 1795340000001 } }),
    sample('a delivery', { delivery: { mids: ['m_A2'], watermark: 1795340000001 } }),
    sample('a reaction', { reaction: { mid: 'm_A2', action: 'react', reaction: 'love', emoji: '❤' } }),
    sample('a referral', { referral: { ref: 'leto', source: 'SHORTLINK', type: 'OPEN_THREAD' } }),
    sample('an edit', { message_edit: { mid: 'm_A1', text: 'Kde je objednávka 12?', num_edit: 1 } }),
    sample('a hand-over', { pass_thread_control: { new_owner_app_id: '777' } }),
    sample('standby', { message: { mid: 'm_A5', text: 'Haló?' } }, { standby: true }),
    sample('a change', { value: {} }, { field: 'feed' }),
    sample('something unknown', { telepathy: { thought: 'x' } }),
  ],
})
