import type { WaClient, WaMessage } from './client.js'

/** Chats are looked through this far back beyond the last message we know; seconds. */
const OVERLAP_SECONDS = 600
const MESSAGES_A_CHAT = 50
const CHATS = 200

/** What the chats hold from shortly before a moment (seconds) on, each chat in its order. */
export async function* messagesSince(client: Pick<WaClient, 'getChats'>, since: number, groups: boolean): AsyncGenerator<WaMessage> {
  const from = since - OVERLAP_SECONDS
  const chats = (await client.getChats()).filter((chat) => (chat.timestamp ?? 0) >= from && (groups || !chat.isGroup))
  for (const chat of chats.slice(0, CHATS)) {
    for (const message of await chat.fetchMessages({ limit: MESSAGES_A_CHAT })) {
      if (message.timestamp >= from) yield message
    }
  }
}
