import { FileNotHad, type File, type Reason } from '#plugin'
import { core, kept } from '#channels/health'
import { FileTooLarge, keepFile } from '#support/files'
import { within } from '#support/patience'
import type { AttachedFile } from '#tickets/attachment'
import { sniff } from '#tickets/sniffing'

const FILE_SECONDS = 60
const MAX_FILE_BYTES = 100_000_000
/** Faults of our own disk: the item is tried again, instead of losing its file for good. */
const OUR_DISK = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'EACCES'])

/** A file as it was kept; `again`: it could not be had, and may be in a while. */
export interface IncomingFile extends AttachedFile {
  readonly again?: boolean
}

/**
 * Fetches the bytes of a file and keeps them; why they could not be had stands in `error`.
 *
 * @throws whatever our own disk says
 */
export async function keepIncoming(file: File, inline: boolean): Promise<IncomingFile> {
  const named = { name: file.name, contentId: file.contentId ?? null, inline }
  try {
    const content = await within(FILE_SECONDS, file.open().then((stream) => keepFile(stream, { maxBytes: MAX_FILE_BYTES })), () => new Error('Time-out'))
    return { ...named, type: sniff(content.head, file.name, file.type), bytes: content.bytes, sha256: content.sha256 }
  } catch (error) {
    if (OUR_DISK.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    const again = !(error instanceof FileTooLarge) && !(error instanceof FileNotHad && error.isGone)
    return { ...named, type: file.type, bytes: file.bytes ?? 0, sha256: null, error: kept('gateway', wordsFor(error as Error)), again }
  }
}

function wordsFor(error: Error): Reason {
  if (error instanceof FileTooLarge) return core('file_too_large', { megabytes: MAX_FILE_BYTES / 1_000_000 })
  if (error instanceof FileNotHad) return core(error.isGone ? 'file_gone_there' : 'file_refused', { provider: error.provider }, error.message.slice(0, 300))
  return core('file_not_had', {}, error.message.slice(0, 300))
}
