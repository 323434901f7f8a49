import type { IncomingMessage } from 'node:http'
import type { HttpContext } from '@adonisjs/core/http'

/**
 * Reads a request's body, as it came; null beyond `maxBytes`. What is too much is read to its end and dropped, so
 * that the answer can still be heard.
 */
export async function readBytes(stream: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes <= maxBytes) chunks.push(chunk)
  }
  return bytes > maxBytes ? null : Buffer.concat(chunks)
}

/** Puts a body where `request.body()`, `input()` and `raw()` find it: JSON or a form; false when it says it is JSON and is not. */
export function giveBody({ request }: HttpContext, bytes: Buffer): boolean {
  const text = bytes.toString('utf8')
  request.updateRawBody(text)
  const type = request.header('content-type') ?? ''
  try {
    if (/[/+]json\b/.test(type)) request.setInitialBody(text === '' ? {} : asObject(JSON.parse(text)))
    else if (type.startsWith('application/x-www-form-urlencoded')) request.setInitialBody(Object.fromEntries(new URLSearchParams(text)))
    else request.setInitialBody({})
    return true
  } catch {
    return false
  }
}

function asObject(value: unknown): Record<string, any> {
  return value !== null && typeof value === 'object' ? (value as Record<string, any>) : { value }
}
