declare module 'messenger-node/lib/client/messages/send-api/util.js' {
  interface Properties {
    readonly text?: string
    readonly attachment?: object
    readonly quick_replies?: readonly object[]
    readonly sender_action?: string
  }
  const util: {
    RequestPayload: new (recipient: object, payload: Properties) => { readonly recipient: object; readonly message?: Record<string, unknown>; readonly sender_action?: string }
    parseMessageProps(properties: Properties): Record<string, unknown>
  }
  export default util
}
