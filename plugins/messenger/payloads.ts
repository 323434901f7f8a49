import messengerNode from 'messenger-node/lib/client/messages/send-api/util.js'

/*
 * The bodies of the Send API. messenger-node builds what is pure in it; it knows neither messaging types, tags nor
 * metadata, so those are added here (contracts/channels/01: its transport and its webhook are never used).
 */

/** How a message is allowed to leave. */
export type Permission = { readonly messaging_type: 'RESPONSE' } | { readonly messaging_type: 'MESSAGE_TAG'; readonly tag: 'HUMAN_AGENT' }

export type AttachmentType = 'image' | 'audio' | 'video' | 'file'

export function textPayload(psid: string, text: string, permission: Permission, reference: string) {
  const payload = new messengerNode.RequestPayload({ id: psid }, { text })
  return { recipient: payload.recipient, ...permission, message: { ...payload.message, metadata: reference } }
}

/** The fields of a multipart call, but for the file itself. */
export function filePayload(psid: string, type: AttachmentType, permission: Permission, reference: string) {
  const message = messengerNode.parseMessageProps({ attachment: { type, payload: { is_reusable: false } } })
  return { recipient: { id: psid }, ...permission, message: { ...message, metadata: reference } }
}

export function actionPayload(psid: string, action: 'typing_on' | 'mark_seen') {
  const { recipient, sender_action: senderAction } = new messengerNode.RequestPayload({ id: psid }, { sender_action: action })
  return { recipient, sender_action: senderAction }
}

/** Which of the four kinds a file is, by its media type. */
export function attachmentType(type: string): AttachmentType {
  return (['image', 'audio', 'video'] as const).find((kind) => type.startsWith(`${kind}/`)) ?? 'file'
}
