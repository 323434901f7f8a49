import type { EventEmitter } from 'node:events'

/*
 * What of whatsapp-web.js is used, as an interface: the real `Client` fits it, and so does the fake of the tests
 * (contracts/channels/03). Times are seconds.
 */

export interface WaId {
  readonly _serialized: string
  readonly fromMe?: boolean
}

export interface WaMedia {
  readonly data: string
  readonly mimetype: string
  readonly filename?: string | null
}

export interface WaMessage {
  readonly id: WaId
  readonly body?: string
  readonly type: string
  readonly timestamp: number
  readonly from: string
  readonly to: string
  readonly author?: string
  readonly fromMe: boolean
  readonly hasMedia: boolean
  readonly hasQuotedMsg?: boolean
  readonly isForwarded?: boolean
  readonly isStatus?: boolean
  readonly broadcast?: boolean
  readonly ack?: number
  readonly location?: { readonly latitude: number | string; readonly longitude: number | string; readonly name?: string; readonly address?: string; readonly description?: string }
  readonly vCards?: readonly string[]
  /** What WhatsApp's own page knows: size of the file, name of the sender. */
  readonly _data?: { readonly size?: number; readonly notifyName?: string; readonly quotedStanzaID?: string }
  downloadMedia?(): Promise<WaMedia | undefined | null>
}

export interface WaChat {
  readonly id: WaId
  readonly name?: string
  readonly isGroup: boolean
  readonly timestamp?: number
  fetchMessages(options: { limit: number }): Promise<readonly WaMessage[]>
}

export interface WaClient extends EventEmitter {
  initialize(): Promise<void>
  destroy(): Promise<void>
  logout(): Promise<void>
  getState(): Promise<string | null>
  sendMessage(chatId: string, content: unknown, options?: object): Promise<WaMessage | undefined | null>
  getChats(): Promise<readonly WaChat[]>
  getChatById?(id: string): Promise<WaChat>
  getNumberId(number: string): Promise<WaId | null>
  getContactLidAndPhone(ids: readonly string[]): Promise<readonly { lid?: string; pn?: string }[]>
  /** Asks for a code to type into the phone instead of one to scan; it comes as the event `code`, and a new one every `intervalMs`. */
  requestPairingCode(number: string, showNotification?: boolean, intervalMs?: number): Promise<unknown>
  /** Back to the code to scan. */
  cancelPairingCode(): Promise<void>
  /** The browser that it drives; null before it has started. */
  readonly pupBrowser?: { process(): { readonly pid?: number } | null } | null
}

/** Where and how a session runs. */
export interface SessionPlace {
  /** Letters, digits, `_` and `-`: names the profile's folder. */
  readonly clientId: string
  /** The plugin's private folder; the profile in it opens the account. */
  readonly folder: string
  readonly chromium: string
  readonly url: string
  readonly groups: boolean
}

export interface MadeClient {
  readonly client: WaClient
  /** Wraps a file as the library wants it. */
  media(file: { readonly type: string; readonly data: string; readonly name: string }): unknown
}

export type MakeClient = (place: SessionPlace) => Promise<MadeClient>
