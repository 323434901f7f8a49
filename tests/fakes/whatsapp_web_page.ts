import http from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A page that looks to whatsapp-web.js like WhatsApp Web before a phone is linked: enough of its inner modules for the
 * real library in a real browser to come as far as the code to scan. Every module that is not named is a thing that may
 * be called, asked and listened to without an effect.
 */
export class WhatsappWebPage {
  /** What was asked of it, to see that a browser came. */
  readonly requests: string[] = []
  /** Breaks every connection instead of answering. */
  broken = false
  readonly #server = http.createServer((request, response) => {
    this.requests.push(request.url ?? '')
    if (this.broken) return void request.socket.destroy()
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE)
  })

  get url() {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    return this
  }

  async stop() {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }
}

const PAGE = `<!doctype html><title>WhatsApp</title><p>Link a device</p><script>
const anything = () => new Proxy(function () {}, {
  get: (target, name) => (name === 'then' ? undefined : name === Symbol.toPrimitive ? () => 'x' : anything()),
  apply: () => anything(),
})
const listened = { state: 'UNPAIRED', ref: 'ref', on() {}, off() {} }
const modules = {
  WAWebSocketModel: { Socket: listened },
  WAWebConnModel: { Conn: { ref: '2@ref', on() {} } },
  WABase64: { encodeB64: () => 'b64' },
  WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
  WAWebAdvSignatureApi: {},
  WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: 'k' } }) } },
  WAWebSignalStoreApi: { waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: 'i' } }) } },
  WAWebAltDeviceLinkingApi: {
    setPairingType() {},
    initializeAltDeviceLinking: async () => {},
    initializeQRLinking: async () => {},
    startAltLinkingFlow: async (number) => {
      if (!/^[1-9][0-9]{6,14}$/.test(number)) throw new Error('CompanionHelloError: bad-request')
      return 'K7PQ' + number.slice(-4)
    },
  },
  WAWebUserPrefsMultiDevice: { getADVSecretKey: () => 'secret' },
}
window.require = (name) => modules[name] ?? anything()
window.Debug = { VERSION: '2.3000.1' }
</script>`
