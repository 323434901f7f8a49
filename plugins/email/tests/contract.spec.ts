import { pluginContract } from '#tests/contract/plugin_contract'
import email from '../plugin.js'

const plain = [
  'From: Anna <anna@posta.test>',
  'To: info@shop.test',
  'Subject: Where is my order?',
  'Message-ID: <contract-1@posta.test>',
  'Date: Mon, 23 Nov 2026 10:00:00 +0100',
  '',
  'Good day, where is it?',
  '',
].join('\r\n')

pluginContract(email, {
  inbox: { 'address': 'info@shop.test', 'smtp.host': '127.0.0.1', 'smtp.port': 1, 'smtp.tls': 'none' },
  samples: [{ name: 'a plain mail', type: 'message/rfc822', body: plain }],
})
