import { Readable } from 'node:stream'

/* Files that lie at the provider and are fetched by their address when their message is read. */

/** Why a file could not be had; the desk says it in the reader's language, the message behind it. */
export class FileNotHad extends Error {
  /**
   * @param provider - its name, as people know it
   * @param isGone - it does not keep the file any more, so asking once more by itself is no use
   */
  constructor(
    readonly provider: string,
    readonly isGone: boolean,
    said: string
  ) {
    super(said)
  }
}

/**
 * The bytes of an answer as a file.
 *
 * @param gone - statuses by which this provider says that it does not keep the file any more
 * @throws FileNotHad for an answer that brings none
 */
export async function fileIn(response: Response, { provider, gone = [404, 410] }: { readonly provider: string; readonly gone?: readonly number[] }): Promise<NodeJS.ReadableStream> {
  if (response.ok && response.body) return Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
  await response.body?.cancel()
  throw new FileNotHad(provider, gone.includes(response.status), `HTTP ${response.status}`)
}
