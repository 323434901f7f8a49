import { pluginContract } from '#tests/contract/plugin_contract'
import viber from '../plugin.js'

const json = (name: string, body: string) => ({ name, type: 'application/json', body })
const sender = '"sender":{"id":"Ab1==","name":"Νίκος","language":"el","country":"GR"}'

pluginContract(viber, {
  inbox: { 'botName': 'Obchod', 'authToken': 'token', 'api.url': 'http://127.0.0.1:1' },
  samples: [
    json('a text', `{"event":"message","timestamp":1795340000000,"message_token":5743861234567890123,${sender},"message":{"type":"text","text":"Καλημέρα"}}`),
    json('a place', `{"event":"message","timestamp":1795340000000,"message_token":5743861234567890124,${sender},"message":{"type":"location","location":{"lat":37.98,"lon":23.72}}}`),
    json('delivered', '{"event":"delivered","timestamp":1795340000001,"message_token":5743861234567890125,"user_id":"Ab1=="}'),
    json('failed', '{"event":"failed","timestamp":1795340000002,"message_token":5743861234567890125,"user_id":"Ab1==","desc":"failure description"}'),
    json('unsubscribed', '{"event":"unsubscribed","timestamp":1795340000003,"message_token":5743861234567890126,"user_id":"Ab1=="}'),
    json('an event nobody knows', '{"event":"dreamt","timestamp":1795340000004,"message_token":5743861234567890127}'),
  ],
})
