import { pluginContract } from '#tests/contract/plugin_contract'
import instagram from '../plugin.js'

const kept = (event: object, more: object = {}) => JSON.stringify({ account: '17840001', standby: false, field: null, event: { sender: { id: '88001' }, recipient: { id: '17840001' }, timestamp: 1795340000001, ...event }, ...more })
const sample = (name: string, event: object, more?: object) => ({ name, type: 'application/json', body: kept(event, more) })

pluginContract(instagram, {
  inbox: { login_kind: 'page', ig_account_id: '17840001', page_id: '910001', access_token: 'nowhere', app_secret: 'secret', graph_version: 'v25.0' },
  samples: [
    sample('a text', { message: { mid: 'aW1', text: 'Máte to i v modré?' } }),
    sample('an answer to a story', { message: { mid: 'aW2', text: 'Krásné!', reply_to: { story: { id: 'st1', url: 'https://cdn.example/st1' } } } }),
    sample('a mention in a story', { message: { mid: 'aW3', attachments: [{ type: 'story_mention', payload: { url: 'https://cdn.example/st2' } }] } }),
    sample('an echo', { sender: { id: '17840001' }, recipient: { id: '88001' }, message: { mid: 'aW4', is_echo: true, text: 'Máme.' } }),
    sample('something that is not shared', { message: { mid: 'aW5', is_unsupported: true } }),
    sample('a deletion', { message: { mid: 'aW1', is_deleted: true } }),
    sample('seen', { read: { mid: 'aW4' } }),
    sample('a reaction', { reaction: { mid: 'aW4', action: 'react', reaction: 'love', emoji: '❤' } }),
    sample('a button', { postback: { mid: 'aW6', title: 'Otevírací doba', payload: 'HOURS' } }),
    sample('a change', { value: {} }, { field: 'comments' }),
    sample('something unknown', { telepathy: { thought: 'x' } }),
  ],
})
