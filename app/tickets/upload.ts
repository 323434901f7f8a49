import { UploadSchema } from '#database/schema'
import { now } from '#support/clock'
import { keepFile } from '#support/files'
import { transaction } from '#support/transaction'
import { safeName } from './attachment.js'
import { sniff } from './sniffing.js'

/** The largest file an agent may send, in bytes. */
export const MAX_UPLOAD_BYTES = 100_000_000

/** A file that an agent has sent up and not yet put into a message or note; swept after a day. */
export default class Upload extends UploadSchema {
  /**
   * Keeps a file while it streams in; nothing is held in memory.
   *
   * @throws FileTooLarge beyond MAX_UPLOAD_BYTES; nothing is kept then.
   */
  static async keep(file: { name: string; body: Uint8Array | NodeJS.ReadableStream }, agentId: number): Promise<Upload> {
    const kept = await keepFile(file.body, { maxBytes: MAX_UPLOAD_BYTES })
    return transaction((trx) =>
      Upload.create(
        { agentId, name: safeName(file.name), type: sniff(kept.head, file.name), bytes: kept.bytes, sha256: kept.sha256, createdAt: now() },
        { client: trx }
      )
    )
  }
}
